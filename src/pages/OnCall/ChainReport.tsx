import { useStyles2 } from '@grafana/ui';
import type { ImportFate, OnCallImport } from '#contract';
import { stepWords, type StepNames } from '../../model/mobilisation.ts';
import { getListStyles } from '../Settings/listStyles.ts';

/** The policies that chains become, step by step, with the teams that are made for people who take turns. */
export function ChainReport({ found: { policies, teams, schedules, people }, fateWords }: { found: OnCallImport; fateWords: Readonly<Record<ImportFate, string>> }) {
  const styles = useStyles2(getListStyles);
  if (policies.length === 0) return null;
  const names: StepNames = {
    user: (key) => people.find(({ user }) => user?.key === key)?.user?.name ?? key,
    schedule: (id) => schedules.find(({ schedule }) => schedule === id)?.name ?? id,
    team: (id) => teams.find((team) => team.id === id)?.name ?? id,
    channel: (id) => id,
  };
  return (
    <>
      <strong>Escalation policies</strong>
      <ul aria-label="Escalation policies">
        {policies.map(({ id, name, steps, repeat, fate }) => (
          <li key={id}>
            {`${name}: ${fateWords[fate]}`}
            <ol className={styles.steps}>
              {steps.map((step, index) => (
                <li key={index}>{stepWords(step, names)}</li>
              ))}
            </ol>
            {repeat > 0 && `All of it ${repeat} more times`}
          </li>
        ))}
      </ul>
      {teams.length > 0 && (
        <>
          <strong>Teams of people who take turns</strong>
          <ul aria-label="Teams">{teams.map(({ id, name, members, fate }) => <li key={id}>{`${name} (${members} people): ${fateWords[fate]}`}</li>)}</ul>
        </>
      )}
    </>
  );
}
