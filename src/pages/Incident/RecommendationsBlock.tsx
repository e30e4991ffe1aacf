import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { Incident, Recommendation, Recommendations } from '#contract';
import { useRecommendations } from '../../api/useInsights.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { InShadow } from '../../components/InShadow.tsx';
import { StartRunDialog } from '../../components/runs/StartRunDialog.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { countOf } from '../../model/counts.ts';
import { testIds } from '../../testIds.ts';
import { RecommendationRow } from './RecommendationRow.tsx';
import { RejectRunbookDialog } from './RejectRunbookDialog.tsx';

/** So many stand there at once; the others on request. */
const SHOWN = 3;

/** Runbooks that are likely to end it, by what they did in incidents like it; each with its evidence, and a way to start it. */
export function RecommendationsBlock({ incident }: { incident: Incident }) {
  const found = useRecommendations(incident.number);
  return (
    <div data-testid={testIds.incident.recommendations}>
      <QueryView query={found} loading={<Skeleton rows={2} height={48} />}>
        {(data) => <Found incident={incident} found={data} />}
      </QueryView>
    </div>
  );
}

function Found({ incident, found: { state, items, none, shadow } }: { incident: Incident; found: Recommendations }) {
  const styles = useStyles2(getStyles);
  const [showsAll, setShowsAll] = useState(false);
  const [chosen, setChosen] = useState<Recommendation | null>(null);
  const [unwanted, setUnwanted] = useState<Recommendation | null>(null);
  const others = items.length - SHOWN;
  if (shadow) return <InShadow what="Recommendation" />;
  return (
    <div className={styles.stack}>
      {state === 'preparing' && (
        <div role="status" className={styles.dim}>
          Past incidents are being compared; what runbooks did in those like this one is not known yet.
        </div>
      )}
      {items.length === 0 && <span className={styles.dim}>{none ?? 'No runbook fits this incident.'}</span>}
      {items.length > 0 && (
        <ol className={styles.list}>
          {(showsAll ? items : items.slice(0, SHOWN)).map((item, index) => (
            <RecommendationRow key={item.runbook} number={incident.number} item={item} place={index + 1} onRun={() => setChosen(item)} onReject={() => setUnwanted(item)} />
          ))}
        </ol>
      )}
      {others > 0 && (
        <Button size="sm" fill="text" variant="secondary" icon={showsAll ? 'angle-down' : 'angle-right'} aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {countOf(others, 'other runbook')}
        </Button>
      )}
      {chosen !== null && (
        <StartRunDialog runbook={chosen.runbook} title={chosen.title} incident={incident.number} isSuggested known={chosen.inputs} onClose={() => setChosen(null)} onStarted={() => setChosen(null)} />
      )}
      {unwanted !== null && <RejectRunbookDialog number={incident.number} item={unwanted} onClose={() => setUnwanted(null)} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(1), overflowWrap: 'anywhere', '& > *': { maxWidth: '100%' } }),
  list: css({ listStyle: 'none', margin: 0, alignSelf: 'stretch', display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
  dim: css({ color: theme.colors.text.secondary }),
});
