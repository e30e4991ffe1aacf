import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { Cause, CauseMetrics, Change, Incident } from '#contract';
import { useCauses, useChangesBefore } from '../../api/useInsights.ts';
import { useCan } from '../../api/useMe.ts';
import { InShadow } from '../../components/InShadow.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { formatShare } from '../../model/amounts.ts';
import { CHANGE_NOUNS } from '../../model/changeNouns.ts';
import { countOf } from '../../model/counts.ts';
import { stateTone } from '../../model/states.ts';
import { isWebAddress } from '../../model/webAddress.ts';
import { testIds } from '../../testIds.ts';
import { CauseMetricsLine } from './CauseMetricsLine.tsx';
import { CauseRow } from './CauseRow.tsx';
import { HypothesisDialog } from './HypothesisDialog.tsx';

/** So many stand there at once; the others on request. */
const SHOWN = 3;

/** Where it probably began: what is suspected and what people think, in order, each with its evidence and what became of it. */
export function CauseBlock({ incident, changes }: { incident: Incident; changes: readonly Change[] }) {
  const causes = useCauses(incident.number, { goesOn: stateTone(incident.state) !== 'over' });
  return (
    <div data-testid={testIds.incident.cause}>
      <QueryView query={causes} loading={<Skeleton rows={2} height={32} />}>
        {({ items, confidence, onsetAt, metrics, shadow }) => <Board incident={incident} changes={changes} items={items} confidence={confidence} onsetAt={onsetAt} metrics={metrics} shadow={shadow} />}
      </QueryView>
    </div>
  );
}

interface BoardProps {
  incident: Incident;
  changes: readonly Change[];
  items: readonly Cause[];
  confidence: number | null;
  onsetAt: string | null;
  metrics: CauseMetrics;
  shadow: boolean;
}

function Board({ incident, changes, items, confidence, onsetAt, metrics, shadow }: BoardProps) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const [showsAll, setShowsAll] = useState(false);
  const [adds, setAdds] = useState(false);
  // The change points to the first suspect of the engine: when people said otherwise, it is no claim any more.
  const [suspected] = incident.assessment?.roots ?? [];
  const [leading] = items;
  const isStanding = !shadow && leading !== undefined && leading.verdict !== 'refuted' && leading.service === suspected?.service;
  const cause = isStanding ? changes.find(({ id }) => id === incident.assessment?.causeChangeId) : undefined;
  const suspicion = useChangesBefore(incident.number, { enabled: can('getChangesBefore') && cause !== undefined }).data?.changes.find(({ change }) => change.id === cause?.id)?.suspicion ?? null;
  const others = items.length - SHOWN;
  const refuted = items.slice(SHOWN).filter(({ verdict }) => verdict === 'refuted').length;
  return (
    <div className={styles.stack}>
      {shadow && <InShadow what="Diagnosis" />}
      {cause !== undefined && <ProbableChange change={cause} suspicion={suspicion} />}
      {items.length === 0 && !shadow && <span className={styles.dim}>No service stands out as the cause yet.</span>}
      {items.length > 0 && (
        <ol className={styles.list}>
          {(showsAll ? items : items.slice(0, SHOWN)).map((each, index) => (
            <CauseRow key={each.id} number={incident.number} cause={each} place={index + 1} startsOpen={index === 0} />
          ))}
        </ol>
      )}
      {others > 0 && (
        <Button size="sm" fill="text" variant="secondary" icon={showsAll ? 'angle-down' : 'angle-right'} aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {countOf(others, 'other suspect')}
          {refuted > 0 && `, ${refuted} refuted`}
        </Button>
      )}
      {confidence !== null && onsetAt !== null && (
        <div className={styles.dim}>
          {formatShare(confidence)} sure that the alerts share one cause; trouble began <Instant at={onsetAt} />.
        </div>
      )}
      <div className={styles.dim}>
        <CauseMetricsLine metrics={metrics} />
      </div>
      {can('addHypothesis') && incident.state !== 'duplicate' && (
        <Button size="sm" variant="secondary" icon="plus" onClick={() => setAdds(true)}>
          Add a hypothesis
        </Button>
      )}
      {adds && <HypothesisDialog incident={incident} onClose={() => setAdds(false)} />}
    </div>
  );
}

function ProbableChange({ change, suspicion }: { change: Change; suspicion: number | null }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.change}>
      Probably the {CHANGE_NOUNS[change.kind]} “{change.title}”{change.service !== null && ` of ${change.service}`}, <Instant at={change.at} />
      {change.author !== null && ` by ${change.author}`}
      {suspicion !== null && `; ${formatShare(suspicion)} suspicious, why stands under “What changed before”`}
      {change.link !== null && isWebAddress(change.link) && (
        <>
          {' · '}
          <a href={change.link} target="_blank" rel="noreferrer" className={styles.link}>
            Open it
          </a>
        </>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(1), overflowWrap: 'anywhere', '& > *': { maxWidth: '100%' } }),
  list: css({ listStyle: 'none', margin: 0, alignSelf: 'stretch', display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  change: css({ padding: theme.spacing(1), borderLeft: `3px solid ${theme.colors.warning.main}`, background: theme.colors.background.secondary }),
  link: css({ color: theme.colors.text.link }),
  dim: css({ color: theme.colors.text.secondary }),
});
