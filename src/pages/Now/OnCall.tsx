import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, TextLink, useStyles2 } from '@grafana/ui';
import type { OnCallEntry } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useOnCallNow } from '../../api/useOnCall.ts';
import { boxStyle } from '../../components/boxStyle.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { momentText, namesText } from '../OnCall/shiftWords.ts';
import { Section } from './Section.tsx';

const MOST_SHOWN = 6;

/** Who is called when something breaks now; schedules by which nobody is come first. */
export function OnCall() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const now = useOnCallNow({ enabled: can('listOnCall') });
  if (!can('listOnCall')) return null;
  return (
    <Section title="On call" testId={testIds.now.onCall} aside={<TextLink href={paths.onCall()} inline={false}>All schedules</TextLink>}>
      <QueryView query={now} loading={<Skeleton rows={1} height={64} />}>
        {(entries) =>
          entries.length === 0 ? (
            <p className={styles.dim}>No schedule says yet who is called.</p>
          ) : (
            <ul className={styles.tiles}>
              {bareFirst(entries)
                .slice(0, MOST_SHOWN)
                .map((entry) => (
                  <li key={entry.schedule.id} className={styles.tile}>
                    <TextLink href={paths.schedule(entry.schedule.id)} inline={false}>
                      {entry.schedule.name}
                    </TextLink>
                    <div>{entry.users.length === 0 ? <Badge color="red" icon="exclamation-triangle" text="Nobody is on call" /> : namesText(entry.users)}</div>
                    <div className={styles.dim}>{entry.until === null ? 'No hand-over within 60 days' : `Until ${momentText(entry.until)}, then ${namesText(entry.next)}`}</div>
                  </li>
                ))}
            </ul>
          )
        }
      </QueryView>
    </Section>
  );
}

function bareFirst(entries: readonly OnCallEntry[]): OnCallEntry[] {
  return [...entries].sort((a, b) => Number(a.users.length > 0) - Number(b.users.length > 0));
}

const getStyles = (theme: GrafanaTheme2) => ({
  tiles: css({ listStyle: 'none', margin: 0, display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(min(260px, 100%), 1fr))', gap: theme.spacing(1) }),
  tile: css({ ...boxStyle(theme), flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(0.25), background: theme.colors.background.secondary, overflowWrap: 'anywhere' }),
  dim: css({ margin: 0, color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
