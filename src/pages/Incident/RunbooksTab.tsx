import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, Combobox, Stack, TextLink, useStyles2 } from '@grafana/ui';
import { isEndedRun, type Incident, type JsonValue, type Suggestion } from '#contract';
import { useSuggestions } from '../../api/useAutomation.ts';
import { useCan, useMe } from '../../api/useMe.ts';
import { useRunbookList } from '../../api/useRunbooks.ts';
import type { useIncidentRuns } from '../../api/useRuns.ts';
import { boxStyle } from '../../components/boxStyle.ts';
import { FrozenBanner } from '../../components/FreezeControl.tsx';
import { Instant } from '../../components/Instant.tsx';
import { NoAccess } from '../../components/NoAccess.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RunCard } from '../../components/runs/RunCard.tsx';
import { RunRow } from '../../components/runs/RunRow.tsx';
import { StartRunDialog } from '../../components/runs/StartRunDialog.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { formatShare } from '../../model/amounts.ts';
import { countOf } from '../../model/counts.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { RejectRunbookDialog } from './RejectRunbookDialog.tsx';
import { JudgeButton, JudgedTitle, RejectionText } from './Rejection.tsx';

interface Props {
  incident: Incident;
  runs: ReturnType<typeof useIncidentRuns>;
}

/** A runbook that somebody wants to run, with what is known of its inputs. */
interface Chosen {
  readonly id: string;
  readonly title: string;
  readonly known: Readonly<Record<string, JsonValue>>;
}

/** What runs for an incident, what would fit it, and what ran. */
export function RunbooksTab({ incident, runs }: Props) {
  const styles = useStyles2(getStyles);
  const me = useMe();
  const can = useCan();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  if (me.data !== undefined && !can('listRuns')) return <NoAccess />;
  return (
    <div className={styles.tab}>
      <FrozenBanner />
      <QueryView query={runs} loading={<Skeleton rows={1} height={96} />}>
        {({ items }) => {
          const open = items.filter(({ state }) => !isEndedRun(state));
          return open.length === 0 ? null : (
            <section aria-labelledby="muster-open-runs" className={styles.part}>
              <h3 id="muster-open-runs" className={styles.title}>
                Runs now
              </h3>
              {open.map(({ id }) => (
                <RunCard key={id} id={id} />
              ))}
            </section>
          );
        }}
      </QueryView>
      {can('listSuggestions') && <Suggestions incident={incident} onRun={setChosen} />}
      {can('startRun') && can('listRunbooks') && <AnotherRunbook onRun={setChosen} />}
      {runs.data !== undefined && <EndedRuns runs={runs.data.items.filter(({ state }) => isEndedRun(state))} />}
      {chosen !== null && (
        <StartRunDialog runbook={chosen.id} title={chosen.title} incident={incident.number} known={chosen.known} onClose={() => setChosen(null)} onStarted={() => setChosen(null)} />
      )}
    </div>
  );
}

function Suggestions({ incident, onRun }: { incident: Incident; onRun: (chosen: Chosen) => void }) {
  const styles = useStyles2(getStyles);
  const suggestions = useSuggestions(incident.number, { enabled: true });
  const [unwanted, setUnwanted] = useState<Suggestion | null>(null);
  return (
    <section aria-labelledby="muster-suggestions" className={styles.part}>
      <h3 id="muster-suggestions" className={styles.title}>
        Suggested
      </h3>
      <div>
        <QueryView query={suggestions} loading={<Skeleton rows={2} height={96} />}>
          {({ items, none }) =>
            items.length === 0 ? (
              <span className={styles.dim}>{none ?? 'No runbook fits this incident.'}</span>
            ) : (
              <ul className={styles.list}>
                {items.map((suggestion) => (
                  <li key={suggestion.id}>
                    <SuggestionCard number={incident.number} suggestion={suggestion} onRun={onRun} onReject={() => setUnwanted(suggestion)} />
                  </li>
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
      {unwanted !== null && <RejectRunbookDialog number={incident.number} item={unwanted} onClose={() => setUnwanted(null)} />}
    </section>
  );
}

interface CardProps {
  number: number;
  suggestion: Suggestion;
  onRun: (chosen: Chosen) => void;
  onReject: () => void;
}

function SuggestionCard({ number, suggestion, onRun, onReject }: CardProps) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const { runbook, title, description, reasons, heldBack, successRate, runs, lastTestedAt, stale, steps, inputs, run, rejected } = suggestion;
  return (
    <div className={styles.card} data-testid={testIds.run.suggestion}>
      <div className={styles.words}>
        <div className={styles.line}>
          <JudgedTitle item={suggestion} />
          {stale && <Badge color="orange" icon="clock-nine" text="Stale" tooltip="Not tried successfully in the last 90 days" />}
        </div>
        {description !== '' && <div>{description}</div>}
        {rejected !== null && <RejectionText rejected={rejected} />}
        <ul className={styles.reasons} aria-label={`Why ${title}`}>
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
        {heldBack !== null && <div className={styles.dim}>Does not start by itself: {heldBack}</div>}
        <div className={styles.facts}>
          <span>{countOf(steps, 'step')}</span>
          <span>{successRate === null ? 'never run' : `${formatShare(successRate)} of ${countOf(runs, 'run')} succeeded`}</span>
          {lastTestedAt !== null && (
            <span>
              tested <Instant at={lastTestedAt} />
            </span>
          )}
          {run !== null && (
            <TextLink href={paths.run(run.id)} inline>
              its last run here
            </TextLink>
          )}
        </div>
      </div>
      <div className={styles.line}>
        <JudgeButton number={number} item={suggestion} onReject={onReject} />
        {can('startRun') && rejected === null && (
          <Button icon="play" size="sm" aria-label={`Run ${title}`} onClick={() => onRun({ id: runbook, title, known: inputs })}>
            Run…
          </Button>
        )}
      </div>
    </div>
  );
}

function AnotherRunbook({ onRun }: { onRun: (chosen: Chosen) => void }) {
  const styles = useStyles2(getStyles);
  const [asked, setAsked] = useState(false);
  const [value, setValue] = useState<string | null>(null);
  const live = useRunbookList({ state: 'live' }, { enabled: asked });
  const picked = live.data?.find(({ id }) => id === value);
  if (!asked) {
    return (
      <div>
        <Button variant="secondary" icon="book-open" onClick={() => setAsked(true)}>
          Another runbook…
        </Button>
      </div>
    );
  }
  return (
    <QueryView query={live}>
      {(items) =>
        items.length === 0 ? (
          <span className={styles.dim}>There is no live runbook.</span>
        ) : (
          <Stack gap={1} wrap="wrap">
            <Combobox
              aria-label="Another runbook"
              width={40}
              placeholder="Choose a runbook"
              options={items.map(({ id, title, description }) => ({ value: String(id), label: title, description }))}
              value={value}
              onChange={(option) => setValue(option.value)}
            />
            <Button icon="play" variant="secondary" disabled={picked === undefined} onClick={() => picked !== undefined && onRun({ id: picked.id, title: picked.title, known: {} })}>
              Run…
            </Button>
          </Stack>
        )
      }
    </QueryView>
  );
}

function EndedRuns({ runs }: { runs: React.ComponentProps<typeof RunRow>['run'][] }) {
  const styles = useStyles2(getStyles);
  if (runs.length === 0) return null;
  return (
    <section aria-labelledby="muster-ended-runs" className={styles.part}>
      <h3 id="muster-ended-runs" className={styles.title}>
        Ended
      </h3>
      <ul className={styles.list}>
        {runs.map((run) => (
          <li key={run.id}>
            <RunRow run={run} withIncident={false} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3), maxWidth: 960 }),
  part: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  title: css({ ...theme.typography.h4, margin: 0 }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  card: css({ ...boxStyle(theme), flexWrap: 'wrap', justifyContent: 'space-between', alignItems: 'flex-start' }),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere', display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5) }),
  line: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'center' }),
  reasons: css({ margin: 0, paddingLeft: theme.spacing(2.5) }),
  facts: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.25, 1.5), color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  dim: css({ color: theme.colors.text.secondary }),
});
