import { css } from '@emotion/css';
import type { ReactNode } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import { incidentKey, type Change, type DeclareOutcome, type Incident } from '#contract';
import { useIncidentChanges } from '../../api/useImpact.ts';
import { useIncidentTypes } from '../../api/useIncidentSettings.ts';
import { useCan } from '../../api/useMe.ts';
import { DecisionReasonView } from '../../components/DecisionReasonView.tsx';
import { Evidence } from '../../components/Evidence.tsx';
import { Instant } from '../../components/Instant.tsx';
import { paths } from '../../paths.ts';
import { AlertLanes } from './AlertLanes.tsx';
import { BlastRadiusBlock } from './BlastRadiusBlock.tsx';
import { CauseBlock } from './CauseBlock.tsx';
import { ChangesBlock } from './ChangesBlock.tsx';
import { DurationsBlock } from './DurationsBlock.tsx';
import { FieldsBlock } from './FieldsBlock.tsx';
import { ImpactBlock } from './ImpactBlock.tsx';
import { JudgementBlock } from './JudgementBlock.tsx';
import { MeaningsBlock } from './MeaningsBlock.tsx';
import { RecommendationsBlock } from './RecommendationsBlock.tsx';
import { RegroupingNotices } from './RegroupingNotices.tsx';
import { SimilarBlock } from './SimilarBlock.tsx';
import { SummaryBlock } from './SummaryBlock.tsx';
import { TopAlerts } from './TopAlerts.tsx';
import { WarRoomBlock } from './WarRoomBlock.tsx';

/** First where it began, whom it hurts and why it is one; then the evidence for it. */
export function OverviewTab({ incident }: { incident: Incident }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const changes = useIncidentChanges(incident.number, { enabled: can('listIncidentChanges') }).data ?? NO_CHANGES;
  const { declaration } = incident;
  const hasWhy = incident.groupingReason !== null || incident.declarationReason !== null || declaration !== null || incident.mergedFrom.length > 0;
  const canSeeJudgement = can('getJudgement') && incident.alertsTotal > 0 && incident.state !== 'duplicate';
  const types = useIncidentTypes().data?.types ?? [];
  const hasFields = types.length > 1 || types.some(({ fields }) => fields.length > 0);
  const cause = can('getCauses') && (
    <Block title="Probable cause">
      <CauseBlock incident={incident} changes={changes} />
    </Block>
  );
  const why = (hasWhy || canSeeJudgement) && (
    <Block title="Why this is one incident">
      <div className={styles.stack}>
        {declaration === null ? (
          incident.declarationReason !== null && <div className={styles.text}>{incident.declarationReason}</div>
        ) : (
          <div className={styles.stack}>
            <div className={styles.text}>
              {OUTCOMES[declaration.outcome]}: {declaration.reason}
            </div>
            <Evidence contributions={declaration.contributions} />
          </div>
        )}
        {incident.groupingReason !== null && <DecisionReasonView reason={incident.groupingReason} />}
        {incident.mergedFrom.length > 0 && (
          <div>
            Merged from{' '}
            {incident.mergedFrom.map((number, index) => (
              <span key={number}>
                {index > 0 && ', '}
                <TextLink href={paths.incident(number)} inline>
                  {incidentKey(number)}
                </TextLink>
              </span>
            ))}
          </div>
        )}
        {canSeeJudgement && <JudgementBlock incident={incident} />}
      </div>
    </Block>
  );
  return (
    <div className={styles.page}>
      <RegroupingNotices incident={incident} />
      <WarRoomBlock incident={incident} />
      {incident.description !== '' && (
        <Block title="Description">
          <div className={styles.text}>{incident.description}</div>
        </Block>
      )}
      <div className={styles.answers}>
        {cause}
        <Block title="Impact so far">
          <ImpactBlock incident={incident} />
        </Block>
        {why}
      </div>
      <div className={styles.answers}>
        {can('getRecommendations') && incident.state !== 'duplicate' && (
          <Block title="Suggested runbooks">
            <RecommendationsBlock incident={incident} />
          </Block>
        )}
        {can('getChangesBefore') && (
          <Block title="What changed before">
            <ChangesBlock number={incident.number} />
          </Block>
        )}
        {can('getSimilarIncidents') && (
          <Block title="Similar incidents">
            <SimilarBlock number={incident.number} />
          </Block>
        )}
      </div>
      {can('getAlertMeanings') && incident.alertsTotal > 0 && (
        <Block title="What its alerts usually mean">
          <MeaningsBlock number={incident.number} />
        </Block>
      )}
      <Block title="Alerts over time">
        <AlertLanes incident={incident} changes={changes} />
      </Block>
      {can('getBlastRadius') && incident.services.length > 0 && (
        <Block title="Blast radius">
          <BlastRadiusBlock incident={incident} />
        </Block>
      )}
      {can('getSummary') && (
        <Block title="Summary">
          <SummaryBlock number={incident.number} />
        </Block>
      )}
      <div className={styles.columns}>
        {incident.alertsTotal > 0 && (
          <div className={styles.main}>
            <Block title="Worst alerts">
              <TopAlerts number={incident.number} />
            </Block>
          </div>
        )}
        <div className={styles.side}>
          {hasFields && (
            <Block title="Fields">
              <FieldsBlock incident={incident} types={types} />
            </Block>
          )}
          <Block title="How long it took">
            <DurationsBlock times={incident.times} />
          </Block>
          <Block title="Key times">
            <KeyTimes incident={incident} />
          </Block>
        </div>
      </div>
    </div>
  );
}

const NO_CHANGES: readonly Change[] = [];

const OUTCOMES: Readonly<Record<DeclareOutcome, string>> = { ignore: 'Left alone', propose: 'Proposed', declare: 'Declared by itself' };

function Block({ title, children }: { title: string; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <section className={styles.block}>
      <h3 className={styles.title}>{title}</h3>
      {children}
    </section>
  );
}

function KeyTimes({ incident }: { incident: Incident }) {
  const styles = useStyles2(getStyles);
  const times: ReadonlyArray<readonly [string, string | null]> = [
    ['Impact began', incident.impactStartedAt],
    ['First alert', incident.firstAlertAt],
    ['Detected', incident.detectedAt],
    ['Declared', incident.declaredAt],
    ['Acknowledged', incident.acknowledgedAt],
    ['Cause identified', incident.identifiedAt],
    ['Impact removed', incident.mitigatedAt],
    ['Resolved', incident.resolvedAt],
    ['Closed', incident.closedAt],
    ['Latest alert', incident.lastAlertAt],
  ];
  return (
    <dl className={styles.times}>
      {times.map(([label, at]) =>
        at === null ? null : (
          <div key={label} className={styles.time}>
            <dt className={styles.label}>{label}</dt>
            <dd className={styles.value}>
              <Instant at={at} as="clock" />
            </dd>
          </div>
        )
      )}
    </dl>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  answers: css({ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 300px), 1fr))', gap: theme.spacing(2), alignItems: 'stretch', '&:empty': { display: 'none' } }),
  columns: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(2), alignItems: 'flex-start' }),
  main: css({ flex: '3 1 480px', minWidth: 0, maxWidth: '100%', display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  side: css({ flex: '1 1 300px', minWidth: 0, maxWidth: '100%', display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  block: css({
    padding: theme.spacing(2),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    minWidth: 0,
  }),
  title: css({ ...theme.typography.h5, margin: theme.spacing(0, 0, 1.5) }),
  text: css({ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }),
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
  times: css({ margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5) }),
  time: css({ display: 'flex', justifyContent: 'space-between', gap: theme.spacing(2) }),
  label: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
  value: css({ margin: 0, fontVariantNumeric: 'tabular-nums' }),
});
