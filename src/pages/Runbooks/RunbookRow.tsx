import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, Stack, TextLink, useStyles2 } from '@grafana/ui';
import type { RunbookSummary } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { rowStyle } from '../../components/boxStyle.ts';
import { Instant } from '../../components/Instant.tsx';
import { formatShare } from '../../model/amounts.ts';
import { countOf } from '../../model/counts.ts';
import { AUTOMATION_LABELS, ORIGIN_LABELS, RUNBOOK_STATE_LABELS } from '../../model/runbooks.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { PreflightFindings } from './PreflightFindings.tsx';

const SERVICES_SHOWN = 4;

/** One runbook: what it is for, how far it goes by itself, how well it works, whether it would work tonight. */
export function RunbookRow({ runbook, onRun }: { runbook: RunbookSummary; onRun: () => void }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const [showsPreflight, setShowsPreflight] = useState(false);
  const { preflight } = runbook;
  const isLive = runbook.state === 'live';
  return (
    <div className={styles.row} data-testid={testIds.runbooks.row} data-state={runbook.state}>
      <div className={styles.words}>
        <div className={styles.title}>
          <TextLink href={paths.runbook(runbook.id)} inline color="primary">
            {runbook.title}
          </TextLink>
          {runbook.state !== 'live' && <Badge color="darkgrey" text={RUNBOOK_STATE_LABELS[runbook.state]} />}
          {isLive && runbook.hasDraft && <Badge color="orange" text="Draft waits" icon="pen" />}
          {isLive && runbook.stale && <Badge color="orange" icon="clock-nine" text="Stale" tooltip="Not tried successfully in the last 90 days" />}
          {preflight !== null && !preflight.ok && <Badge color="red" icon="exclamation-triangle" text="Would fail tonight" />}
        </div>
        {runbook.description !== '' && <div className={styles.about}>{runbook.description}</div>}
        <div className={styles.facts}>
          <span>{runbook.services.length === 0 ? 'For any service' : `For ${runbook.services.slice(0, SERVICES_SHOWN).join(', ')}${runbook.services.length > SERVICES_SHOWN ? ` and ${runbook.services.length - SERVICES_SHOWN} more` : ''}`}</span>
          <span>{AUTOMATION_LABELS[runbook.automation]}</span>
          <span>{countOf(runbook.steps, 'step')}</span>
          <span>{runbook.successRate === null ? 'never run' : `${formatShare(runbook.successRate)} of ${countOf(runbook.runs, 'run')} succeeded`}</span>
          <span>
            {runbook.lastTestedAt === null ? (
              'never tested'
            ) : (
              <>
                tested <Instant at={runbook.lastTestedAt} />
              </>
            )}
          </span>
          {preflight?.ok === true && (
            <span>
              checked <Instant at={preflight.at} />, in order
            </span>
          )}
          {ORIGIN_LABELS[runbook.origin] !== '' && <span>{ORIGIN_LABELS[runbook.origin]}</span>}
          {runbook.owner !== null && <span>{runbook.owner}</span>}
        </div>
        {showsPreflight && <PreflightFindings runbook={runbook.id} />}
      </div>
      <Stack gap={0.5} wrap="wrap">
        {isLive && can('listPreflight') && (
          <Button size="sm" fill="text" variant="secondary" icon={showsPreflight ? 'angle-down' : 'angle-right'} aria-expanded={showsPreflight} aria-label={`Preflight of ${runbook.title}`} onClick={() => setShowsPreflight(!showsPreflight)}>
            Preflight
          </Button>
        )}
        {isLive && can('startRun') && (
          <Button size="sm" icon="play" variant="secondary" aria-label={`Run ${runbook.title}`} onClick={onRun}>
            Run…
          </Button>
        )}
      </Stack>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css(rowStyle(theme)),
  words: css({ flex: '1 1 280px', minWidth: 0, overflowWrap: 'anywhere', display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5) }),
  title: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 1), alignItems: 'center' }),
  about: css({ display: '-webkit-box', WebkitLineClamp: 2, WebkitBoxOrient: 'vertical', overflow: 'hidden' }),
  facts: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.25, 1.5), color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
