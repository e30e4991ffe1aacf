import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { EmptyState, TextLink, useStyles2 } from '@grafana/ui';
import type { ResponseOf } from '#contract';
import { useIncidentList } from '../../api/useIncidents.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useCommandFlow } from '../../components/useCommandFlow.tsx';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { IncidentCard } from './IncidentCard.tsx';
import { Section } from './Section.tsx';

const CARDS_SHOWN = 30;

export function ActiveIncidents({ counts }: { counts: ResponseOf<'countIncidents'> | undefined }) {
  const styles = useStyles2(getStyles);
  const incidents = useIncidentList({ phase: 'active', sort: 'severity', limit: CARDS_SHOWN });
  const flow = useCommandFlow();
  const active = counts?.active ?? incidents.data?.total ?? 0;

  return (
    <Section
      title="Active incidents"
      aside={
        <span aria-live="polite" className={styles.dim}>
          {active > 0 ? `${active} ${active === 1 ? 'incident' : 'incidents'}` : ''}
        </span>
      }
    >
      <QueryView query={incidents} loading={<Skeleton rows={2} height={150} />}>
        {({ items, total }) =>
          items.length === 0 ? (
            <div data-testid={testIds.now.empty}>
              <EmptyState variant="completed" message="Nothing is on fire">
                No active incidents. New ones show up here by themselves.
              </EmptyState>
            </div>
          ) : (
            <>
              <div className={styles.cards}>
                {items.map((incident) => (
                  <IncidentCard
                    key={incident.number}
                    incident={incident}
                    busy={flow.busyNumber === incident.number}
                    onCommand={(command) => flow.startByName(incident.number, command)}
                  />
                ))}
              </div>
              {total > items.length && (
                <p className={styles.more}>
                  The worst {items.length} of {total.toLocaleString()} are shown.{' '}
                  <TextLink href={`${paths.incidents}?phase=active&sort=severity`} inline>
                    See all
                  </TextLink>
                </p>
              )}
            </>
          )
        }
      </QueryView>
      {flow.dialog}
    </Section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  cards: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 360px), 1fr))',
    gap: theme.spacing(2),
  }),
  more: css({ marginTop: theme.spacing(2), color: theme.colors.text.secondary }),
  dim: css({ color: theme.colors.text.secondary }),
});
