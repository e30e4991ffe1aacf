import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, TextLink, useStyles2 } from '@grafana/ui';
import { incidentKey, type Alert, type NoiseVerdict } from '#contract';
import { asSentence, causeKind, causePath, endingOf } from '../../model/noise.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { Instant } from '../Instant.tsx';

/** Whether and why noise control holds or held the alert back, until when, and by what; nothing when it has no part in it. */
export function AlertNoisePart({ alert: { noise, incident } }: { alert: Alert }) {
  const styles = useStyles2(getStyles);
  const { held, now } = noise;
  return (
    <div className={styles.stack} data-testid={testIds.incident.alertNoise}>
      {held !== null && (
        <div className={held.outcome === 'waiting' ? styles.current : styles.past}>
          <Icon name={held.outcome === 'waiting' ? 'bell-slash' : 'history'} />
          <div>
            <strong>{headOf(held.outcome, held.verdict)}</strong>: {held.reason}.
            <div className={styles.dim}>
              Held back since <Instant at={held.since} as="clock" />
              {held.outcome === 'waiting' ? (
                held.until === null ? `, ${endingOf(held.verdict)}` : <>, looked at again <Instant at={held.until} as="clock" /></>
              ) : (
                held.outcomeAt !== null && <>, until <Instant at={held.outcomeAt} as="clock" /></>
              )}
              {held.changes !== null && `, ${held.changes} changes of state`}.{' '}
              <Cause verdict={held.verdict} id={held.cause.id} name={held.cause.name} />
            </div>
            {held.explainedBy !== null && held.verdict === 'inhibited' && (
              <div>
                Explained by {held.explainedBy.name}
                {held.explainedBy.incident !== null && held.explainedBy.incident !== incident && (
                  <>
                    {' '}in <TextLink href={paths.incident(held.explainedBy.incident)} inline>{incidentKey(held.explainedBy.incident)}</TextLink>
                  </>
                )}
              </div>
            )}
          </div>
        </div>
      )}
      {now.map(({ verdict, reason, cause, until }) => (
        <div key={`${verdict}/${cause.id}`} className={styles.current}>
          <Icon name="bell-slash" />
          <div>
            <strong>{asSentence(reason)}</strong>, {until === null ? endingOf(verdict) : <>until <Instant at={until} as="clock" /></>}.
            <div className={styles.dim}>
              {incident !== null && 'It was in its incident before, so it stays there. '}
              <Cause verdict={verdict} id={cause.id} name={cause.name} />
            </div>
          </div>
        </div>
      ))}
    </div>
  );
}

function headOf(outcome: NonNullable<Alert['noise']['held']>['outcome'], verdict: NoiseVerdict): string {
  switch (outcome) {
    case 'waiting':
      return 'Held back now';
    case 'released':
      return 'Was held back, then given to correlation';
    case 'attached':
      return verdict === 'flapping' ? 'Was held back, then joined the incident of the episode before' : 'Joined its incident as a symptom';
    case 'ended':
      return 'Was held back until it was over; nobody was called';
  }
}

function Cause({ verdict, id, name }: { verdict: NoiseVerdict; id: string; name: string }) {
  return (
    <TextLink href={causePath(verdict, id)} inline variant="bodySmall">
      {`${causeKind(verdict)}: ${name}`}
    </TextLink>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const box = { display: 'flex', gap: theme.spacing(1), padding: theme.spacing(1), borderRadius: theme.shape.radius.default, overflowWrap: 'anywhere' } as const;
  return {
    stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), '&:empty': { display: 'none' } }),
    current: css({ ...box, background: theme.colors.warning.transparent, border: `1px solid ${theme.colors.warning.borderTransparent}` }),
    past: css({ ...box, border: `1px solid ${theme.colors.border.weak}` }),
    dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  };
};
