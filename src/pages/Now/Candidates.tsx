import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import type { ResponseOf } from '#contract';
import { useAlertList } from '../../api/useAlerts.ts';
import { useIncidentList } from '../../api/useIncidents.ts';
import { CandidateRow } from '../../components/CandidateRow.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useCommandFlow } from '../../components/useCommandFlow.tsx';
import { paths } from '../../paths.ts';
import { Section } from './Section.tsx';

/** Few enough that each may be asked why it is there. */
const ROWS_SHOWN = 6;

export function Candidates({ counts }: { counts: ResponseOf<'countIncidents'> | undefined }) {
  const styles = useStyles2(getStyles);
  const candidates = useIncidentList({ phase: 'candidate', sort: 'severity', limit: ROWS_SHOWN });
  const flow = useCommandFlow();
  const waiting = counts?.candidates ?? candidates.data?.total ?? 0;

  return (
    <Section
      title="Waiting for a decision"
      aside={
        <span aria-live="polite" className={styles.dim}>
          {waiting > 0 ? `${waiting.toLocaleString()} ${waiting === 1 ? 'candidate' : 'candidates'}` : ''}
        </span>
      }
    >
      <QueryView query={candidates} loading={<Skeleton rows={2} height={56} />}>
        {({ items, total }) =>
          items.length === 0 ? (
            <div className={styles.dim}>No candidates. Groups of alerts that may be an incident wait here for a yes or no.</div>
          ) : (
            <>
              <ul className={styles.list}>
                {items.map((candidate) => (
                  <li key={candidate.number}>
                    <CandidateRow
                      candidate={candidate}
                      busy={flow.busyNumber === candidate.number}
                      onCommand={(command) => flow.startByName(candidate.number, command)}
                    />
                  </li>
                ))}
              </ul>
              {total > items.length && (
                <p className={styles.more}>
                  <TextLink href={`${paths.incidents}?phase=candidate&sort=severity`} inline>
                    {`See all ${total.toLocaleString()} candidates`}
                  </TextLink>
                </p>
              )}
            </>
          )
        }
      </QueryView>
      <LooseAlerts />
      {flow.dialog}
    </Section>
  );
}

/** How much fires outside of all incidents, and the way to see why. */
function LooseAlerts() {
  const styles = useStyles2(getStyles);
  const loose = useAlertList({ incident: 'none', status: 'firing', limit: 1 });
  const total = loose.data?.total ?? 0;
  if (total === 0) return null;
  return (
    <p className={styles.more}>
      <TextLink href={paths.noise('loose')} inline>
        {`${total.toLocaleString()} ${total === 1 ? 'alert fires' : 'alerts fire'} in no incident`}
      </TextLink>
      <span className={styles.dim}>, each with the reason why none took it</span>
    </p>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  more: css({ marginTop: theme.spacing(1.5) }),
  dim: css({ color: theme.colors.text.secondary }),
});
