import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, TextLink, useStyles2 } from '@grafana/ui';
import { incidentKey } from '#contract';
import { useAutomation, useTriggerRecords } from '../../api/useAutomation.ts';
import { rowStyle } from '../../components/boxStyle.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { OutcomeBadge } from '../../components/runs/RunBadges.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { TRIGGER_LABELS } from '../../model/runbooks.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { AutomationForm } from './AutomationForm.tsx';

/** How far runbooks go by themselves, and what they did. */
export function AutomationTab() {
  const styles = useStyles2(getStyles);
  const automation = useAutomation();
  return (
    <div className={styles.tab}>
      <QueryView query={automation} loading={<Skeleton rows={4} height={56} />}>
        {(settings) => <AutomationForm key={settings.version} settings={settings} />}
      </QueryView>
      <Records />
    </div>
  );
}

function Records() {
  const styles = useStyles2(getStyles);
  const records = useTriggerRecords();
  return (
    <section aria-labelledby="muster-trigger-records" className={styles.part}>
      <h3 id="muster-trigger-records" className={styles.title}>
        What triggers did
      </h3>
      <QueryView query={records} loading={<Skeleton rows={3} height={56} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <span className={styles.dim}>Nothing yet. Each time that a trigger of a runbook fits an event, it is written down here, with what came of it and why.</span>;
          return (
            <ul className={styles.list}>
              {items.map((record) => (
                <li key={record.id} className={styles.row} data-testid={testIds.runbooks.record}>
                  <div className={styles.words}>
                    <div>
                      <TextLink href={paths.runbook(record.runbook)} inline>
                        {record.runbook}
                      </TextLink>
                      {record.incident !== null && (
                        <>
                          {' for '}
                          <TextLink href={paths.incident(record.incident, 'runbooks')} inline>
                            {incidentKey(record.incident)}
                          </TextLink>
                        </>
                      )}
                    </div>
                    <div>{record.reason}</div>
                    <div className={styles.dim}>
                      {TRIGGER_LABELS[record.on]}, <Instant at={record.at} />
                      {record.run !== null && (
                        <>
                          {' · '}
                          <TextLink href={paths.run(record.run)} inline>
                            the run
                          </TextLink>
                        </>
                      )}
                    </div>
                  </div>
                  <OutcomeBadge outcome={record.outcome} />
                </li>
              ))}
              {records.hasNextPage && (
                <li>
                  <Button variant="secondary" disabled={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>
                    Load more
                  </Button>
                </li>
              )}
            </ul>
          );
        }}
      </QueryView>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(4) }),
  part: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  title: css({ ...theme.typography.h4, margin: 0 }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  row: css(rowStyle(theme)),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary }),
});
