import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, TextLink, useStyles2 } from '@grafana/ui';
import type { Remedy, SimilarIncident, SimilarIncidents, UnusualLabel } from '#contract';
import { useSimilarIncidents } from '../../api/useInsights.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { formatShare } from '../../model/amounts.ts';
import { countOf } from '../../model/counts.ts';
import { formatDuration } from '../../model/duration.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

const LABELS: Readonly<Record<UnusualLabel['label'], { readonly text: string; readonly color: 'blue' | 'orange' | 'purple' }>> = {
  frequent: { text: 'Comes often', color: 'blue' }, rare: { text: 'Rare', color: 'orange' }, anomaly: { text: 'Never seen before', color: 'purple' },
};
const SHARED: Readonly<Record<SimilarIncident['reasons'][number]['kind'], string>> = { words: 'Words', services: 'Services', labels: 'Labels', alerts: 'Alert rules' };
const REMEDIES: Readonly<Record<Remedy['kind'], string>> = { runbook: 'Runbook succeeded', cause: 'Cause confirmed', reason: 'Reason given', update: 'Told then', note: 'Noted then' };

/** What happened before that was like this, what both have in common, and what ended it. */
export function SimilarBlock({ number }: { number: number }) {
  const similar = useSimilarIncidents(number);
  return (
    <div data-testid={testIds.incident.similar}>
      <QueryView query={similar} loading={<Skeleton rows={3} height={32} />}>
        {(data) => (data.state === 'preparing' ? <Preparing /> : <Found found={data} />)}
      </QueryView>
    </div>
  );
}

function Preparing() {
  const styles = useStyles2(getStyles);
  return (
    <div role="status" className={styles.dim}>
      Past incidents are being compared…
    </div>
  );
}

function Found({ found }: { found: SimilarIncidents }) {
  const styles = useStyles2(getStyles);
  const { items, unusual, compared } = found;
  return (
    <div className={styles.stack}>
      {unusual !== null && (
        <div className={styles.line}>
          <Badge text={LABELS[unusual.label].text} color={LABELS[unusual.label].color} />
          <span>{unusual.text}</span>
        </div>
      )}
      {items.length === 0 ? (
        <span className={styles.dim}>{compared === 0 ? 'No incident has ended yet that could be compared.' : `None of ${countOf(compared, 'past incident')} is like it.`}</span>
      ) : (
        <>
          <ol className={styles.list}>
            {items.map((item) => (
              <li key={item.number}>
                <Similar item={item} />
              </li>
            ))}
          </ol>
          <span className={styles.dim}>Out of {countOf(compared, 'past incident')} that you may see.</span>
        </>
      )}
    </div>
  );
}

function Similar({ item }: { item: SimilarIncident }) {
  const styles = useStyles2(getStyles);
  const [showsWhy, setShowsWhy] = useState(false);
  const lasted = item.endedAt === null ? null : formatDuration(Math.max(0, Date.parse(item.endedAt) - Date.parse(item.beganAt)));
  const [first, ...others] = item.fixedBy;
  return (
    <div className={styles.item}>
      <div className={styles.line}>
        <SeverityBadge severity={item.severity} />
        <TextLink href={paths.incident(item.number)} inline={false}>{`${item.key} ${item.title}`}</TextLink>
      </div>
      <div className={styles.dim}>
        {formatShare(item.similarity)} alike · <Instant at={item.beganAt} />
        {lasted !== null && ` · lasted ${lasted}`}
      </div>
      {first === undefined ? <div className={styles.dim}>What ended it was not written down.</div> : <Remedied remedy={first} />}
      <Button size="sm" fill="text" variant="secondary" icon={showsWhy ? 'angle-down' : 'angle-right'} aria-expanded={showsWhy} aria-label={`Why ${item.key} is like this one`} onClick={() => setShowsWhy(!showsWhy)}>
        Why
      </Button>
      {showsWhy && (
        <div className={styles.item}>
          <dl className={styles.reasons}>
            {item.reasons.map(({ kind, what }) => (
              <div key={kind}>
                <dt className={styles.term}>{SHARED[kind]} in common: </dt>
                <dd className={styles.value}>{what.join(', ')}</dd>
              </div>
            ))}
            {item.reasons.length === 0 && <div className={styles.dim}>Their wording is alike, without a whole word in common.</div>}
          </dl>
          {others.map((remedy) => (
            <Remedied key={`${remedy.kind} ${remedy.at} ${remedy.text}`} remedy={remedy} />
          ))}
        </div>
      )}
    </div>
  );
}

function Remedied({ remedy }: { remedy: Remedy }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.remedy}>
      <span className={styles.dim}>{REMEDIES[remedy.kind]}: </span>
      {remedy.run === null ? remedy.text : <TextLink href={paths.run(remedy.run)} inline>{remedy.text}</TextLink>}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5), overflowWrap: 'anywhere' }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
  item: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(0.5), minWidth: 0, '& > *': { maxWidth: '100%' } }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1), minWidth: 0 }),
  remedy: css({ padding: theme.spacing(0.5, 1), borderLeft: `3px solid ${theme.colors.success.main}`, background: theme.colors.background.secondary, whiteSpace: 'pre-wrap' }),
  reasons: css({ margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(0.25) }),
  term: css({ display: 'inline', fontWeight: theme.typography.fontWeightRegular, color: theme.colors.text.secondary }),
  value: css({ display: 'inline', margin: 0 }),
  dim: css({ color: theme.colors.text.secondary }),
});
