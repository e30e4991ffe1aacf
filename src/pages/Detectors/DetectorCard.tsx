import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2, IconName } from '@grafana/data';
import { Badge, Button, Icon, IconButton, useStyles2, type BadgeColor } from '@grafana/ui';
import type { Detector, DetectorHealth, DetectorState } from '#contract';
import { InShadow } from '../../components/InShadow.tsx';
import { Instant } from '../../components/Instant.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { useTargetRow } from '../../hooks/useTargetRow.ts';
import { formatShare } from '../../model/amounts.ts';
import { countOf } from '../../model/counts.ts';
import { calendarText, costText, HEALTH_WORDS, precisionText, rateText, stateMeaning, STATE_WORDS } from '../../model/detectors.ts';
import { testIds } from '../../testIds.ts';
import { DetectorDetails } from './DetectorDetails.tsx';

interface Props {
  detector: Detector;
  onMove?: (state: DetectorState) => void;
  onEdit?: () => void;
  onRemove?: () => void;
}

const STATE_COLORS: Readonly<Record<DetectorState, BadgeColor>> = { train: 'blue', shadow: 'darkgrey', active: 'green' };
const STATE_ICONS: Readonly<Record<DetectorState, IconName>> = { train: 'book-open', shadow: 'eye', active: 'bell' };
const HEALTH_ICONS: Readonly<Record<DetectorHealth['status'], IconName>> = { ok: 'check-circle', training: 'book-open', failing: 'exclamation-triangle', silent: 'question-circle', late: 'exclamation-triangle' };

/** A detector: what it watches, what state it is in, how it does, what it costs. */
export function DetectorCard({ detector, onMove, onEdit, onRemove }: Props) {
  const styles = useStyles2(getStyles);
  const { ref, isTarget } = useTargetRow<HTMLElement>(detector.id);
  const [open, setOpen] = useState(isTarget);
  const { health, state } = detector;
  return (
    <article ref={ref} className={styles.card} aria-label={detector.name} data-testid={testIds.detectors.card}>
      <div className={styles.line}>
        <h3 className={styles.title}>{detector.name}</h3>
        <Badge text={state === 'train' && detector.trained !== null ? `${STATE_WORDS.train}, ${formatShare(detector.trained)}` : STATE_WORDS[state]} color={STATE_COLORS[state]} icon={STATE_ICONS[state]} title={stateMeaning(state, detector.query.kind)} />
        <SeverityBadge severity={detector.severity} />
        <span className={styles.actions}>
          {onMove !== undefined && state === 'shadow' && (
            <Button size="sm" variant="secondary" icon="bell" onClick={() => onMove('active')}>
              Let it alert
            </Button>
          )}
          {onMove !== undefined && state === 'active' && (
            <Button size="sm" variant="secondary" icon="eye" onClick={() => onMove('shadow')}>
              Into shadow
            </Button>
          )}
          {onMove !== undefined && <IconButton name="sync" size="lg" tooltip={`Let ${detector.name} learn anew`} onClick={() => onMove('train')} />}
          {onEdit !== undefined && <IconButton name="pen" size="lg" tooltip={`Edit ${detector.name}`} onClick={onEdit} />}
          {onRemove !== undefined && <IconButton name="trash-alt" size="lg" tooltip={`Remove ${detector.name}`} onClick={onRemove} />}
        </span>
      </div>
      {detector.description !== '' && <div className={styles.text}>{detector.description}</div>}
      <div className={health.status === 'failing' || health.status === 'late' ? styles.failing : styles.dim}>
        <Icon name={HEALTH_ICONS[health.status]} size="sm" aria-hidden /> {HEALTH_WORDS[health.status]}
        {health.since !== null && health.status !== 'training' && (
          <>
            {' '}since <Instant at={health.since} as="clock" />
          </>
        )}
        {health.error !== null && <>: {health.error}</>}
        {health.status === 'late' && ': is a replica with the role worker running?'}
      </div>
      {detector.holidayCalendar !== null && health.calendar !== null && (
        <div className={health.calendar.failure === null ? styles.dim : styles.failing}>
          <Icon name={health.calendar.failure === null ? 'calendar-alt' : 'exclamation-triangle'} size="sm" aria-hidden /> {calendarText(detector.holidayCalendar, health.calendar)}
          {health.calendar.readAt !== null && (
            <>
              , read <Instant at={health.calendar.readAt} />
            </>
          )}
          {health.calendar.failure !== null && (
            <>
              . It cannot be read since <Instant at={health.calendar.failedSince ?? detector.evaluatedTo} as="clock" />: {health.calendar.failure}
              {health.calendar.readAt === null ? '. Until it can, only the days written here count.' : '. What was read last still counts.'}
            </>
          )}
        </div>
      )}
      {detector.selfShadow !== null && (
        <InShadow what="This detector">
          {' '}It went there by itself <Instant at={detector.selfShadow.at} />: {detector.selfShadow.reason}.
        </InShadow>
      )}
      <div className={styles.dim}>
        {precisionText(detector.precision)}
        {detector.openFindings > 0 && `, ${countOf(detector.openFindings, 'finding')} open`}
        {detector.lastFoundAt !== null && (
          <>
            , last <Instant at={detector.lastFoundAt} />
          </>
        )}
        {' · '}at most {rateText(detector.alarmsAWeek)} false a week
      </div>
      <div className={styles.dim}>{costText(detector)}</div>
      {detector.cut.steps > 0 && (
        <div className={styles.dim}>
          <Icon name="exclamation-triangle" size="sm" aria-hidden /> Of {countOf(detector.cut.steps, 'step')} only the first 20,000 lines count
          {detector.cut.lastAt !== null && (
            <>
              , last <Instant at={detector.cut.lastAt} />
            </>
          )}
          : patterns of the lines after them are not seen. Narrow the query.
        </div>
      )}
      {detector.provisionedAs !== null && <div className={styles.dim}>{`Provisioned: change “${detector.provisionedAs}” in detectors.yaml.`}</div>}
      <div>
        <Button size="sm" fill="text" icon={open ? 'angle-down' : 'angle-right'} aria-expanded={open} onClick={() => setOpen(!open)}>
          Chart, report and findings
        </Button>
        {open && <DetectorDetails detector={detector} />}
      </div>
    </article>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'flex', flexDirection: 'column', gap: theme.spacing(1), minWidth: 0, padding: theme.spacing(1.5, 2), background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`, borderRadius: theme.shape.radius.default,
  }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  title: css({ margin: 0, fontSize: theme.typography.h5.fontSize, overflowWrap: 'anywhere' }),
  actions: css({ marginLeft: 'auto', display: 'flex', alignItems: 'center', gap: theme.spacing(1) }),
  text: css({ overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary, overflowWrap: 'anywhere' }),
  failing: css({ color: theme.colors.error.text, overflowWrap: 'anywhere' }),
});
