import { css } from '@emotion/css';
import type { ReactNode } from 'react';
import type { GrafanaTheme2, IconName } from '@grafana/data';
import { Icon, TextLink, useStyles2 } from '@grafana/ui';
import { useCan } from '../../api/useMe.ts';
import { useChannels } from '../../api/useChannels.ts';
import { useSources } from '../../api/useSources.ts';
import { useSystemStatus } from '../../api/useSystem.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { judgeChannel } from '../../model/channels.ts';
import { judgeSource, judgeSystem, type Verdict } from '../../model/health.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { Section } from './Section.tsx';

/** Whether what this page says can be trusted: are alerts coming in, and is Muster keeping up. */
export function Health() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const seesSources = can('listSources');
  const seesStatus = can('getStatus');
  const seesChannels = can('listChannels');
  const channels = useChannels({ enabled: seesChannels });
  const sources = useSources({ enabled: seesSources });
  const status = useSystemStatus({ enabled: seesStatus });
  if (!seesSources && !seesStatus && !seesChannels) {
    return null;
  }
  return (
    <Section title="Health" testId={testIds.now.health}>
      <div className={styles.tiles}>
        {seesStatus && (
          <QueryView query={status} loading={<Skeleton rows={1} height={64} />}>
            {(state) => (
              <HealthTile name="Muster" verdict={judgeSystem(state)}>
                {state.replicas.filter(({ alive }) => alive).length} of {state.replicas.length} replicas alive ·{' '}
                {state.alertsFiring.toLocaleString()} alerts firing in all
              </HealthTile>
            )}
          </QueryView>
        )}
        {seesSources && (
          <QueryView query={sources} loading={<Skeleton rows={1} height={64} />}>
            {(items) =>
              items.length === 0 ? (
                <HealthTile name="Sources" verdict={{ tone: 'warning', text: 'No source sends alerts yet' }}>
                  <TextLink href={paths.settings('sources')} inline>
                    Add one
                  </TextLink>
                </HealthTile>
              ) : (
                <>
                  {items.map((source) => (
                    <HealthTile key={source.id} name={source.name} verdict={judgeSource(source)}>
                      {source.lastReceivedAt === null ? (
                        'Never received'
                      ) : (
                        <>
                          Last received <Instant at={source.lastReceivedAt} />
                        </>
                      )}
                      {source.deadLetters > 0 && can('listDeadLetters') && (
                        <>
                          {' · '}
                          <TextLink href={paths.settings('dead-letters')} inline>
                            See them
                          </TextLink>
                        </>
                      )}
                    </HealthTile>
                  ))}
                </>
              )
            }
          </QueryView>
        )}
        {seesChannels && (
          <QueryView query={channels} loading={<Skeleton rows={1} height={64} />}>
            {(items) => (
              <>
                {items.map((channel) => (
                  <HealthTile key={channel.id} name={channel.name} verdict={judgeChannel(channel)}>
                    {channel.health.waiting > 0 ? `${channel.health.waiting.toLocaleString()} messages wait` : 'No message waits'} ·{' '}
                    <TextLink href={paths.channels()} inline>
                      Channels
                    </TextLink>
                  </HealthTile>
                ))}
              </>
            )}
          </QueryView>
        )}
      </div>
    </Section>
  );
}

const TONE_ICONS: Readonly<Record<Verdict['tone'], IconName>> = {
  good: 'check-circle',
  warning: 'exclamation-triangle',
  bad: 'exclamation-circle',
  unknown: 'question-circle',
};

function HealthTile({ name, verdict, children }: { name: string; verdict: Verdict; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.tile}>
      <Icon name={TONE_ICONS[verdict.tone]} size="lg" className={styles[verdict.tone]} aria-hidden />
      <div className={styles.words}>
        <div className={styles.name}>{name}</div>
        <div>{verdict.text}</div>
        <div className={styles.dim}>{children}</div>
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tiles: css({ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 280px), 1fr))', gap: theme.spacing(1) }),
  tile: css({
    display: 'flex',
    gap: theme.spacing(1),
    padding: theme.spacing(1.5),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
    minWidth: 0,
  }),
  words: css({ minWidth: 0, overflowWrap: 'anywhere' }),
  name: css({ fontWeight: theme.typography.fontWeightMedium }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  good: css({ color: theme.colors.success.text, flexShrink: 0 }),
  warning: css({ color: theme.colors.warning.text, flexShrink: 0 }),
  bad: css({ color: theme.colors.error.text, flexShrink: 0 }),
  unknown: css({ color: theme.colors.text.secondary, flexShrink: 0 }),
});
