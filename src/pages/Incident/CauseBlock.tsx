import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { Change, ChangeKind, IncidentAssessment } from '#contract';
import { Evidence } from '../../components/Evidence.tsx';
import { Instant } from '../../components/Instant.tsx';
import { formatShare } from '../../model/amounts.ts';
import { countOf } from '../../model/counts.ts';
import { isWebAddress } from '../../model/webAddress.ts';
import { testIds } from '../../testIds.ts';

const CHANGE_NOUNS: Readonly<Record<ChangeKind, string>> = {
  deploy: 'deploy',
  config: 'configuration change',
  schema: 'schema change',
  scaling: 'scaling',
  flag: 'flag change',
  infrastructure: 'infrastructure change',
  other: 'change',
};

type Root = IncidentAssessment['roots'][number];

/** Where it probably began: the suspects in order, the first one with its evidence, the others on request. */
export function CauseBlock({ assessment, changes }: { assessment: IncidentAssessment; changes: readonly Change[] }) {
  const styles = useStyles2(getStyles);
  const [best, ...others] = assessment.roots;
  const [showsOthers, setShowsOthers] = useState(false);
  const cause = changes.find(({ id }) => id === assessment.causeChangeId);
  if (best === undefined) {
    return <span className={styles.dim}>No service stands out as the cause yet.</span>;
  }
  return (
    <div className={styles.stack} data-testid={testIds.incident.cause}>
      {cause !== undefined && (
        <div className={styles.change}>
          Probably the {CHANGE_NOUNS[cause.kind]} “{cause.title}”{cause.service !== null && ` of ${cause.service}`}, <Instant at={cause.at} />
          {cause.author !== null && ` by ${cause.author}`}
          {cause.link !== null && isWebAddress(cause.link) && (
            <>
              {' · '}
              <a href={cause.link} target="_blank" rel="noreferrer" className={styles.link}>
                Open it
              </a>
            </>
          )}
        </div>
      )}
      <Suspect root={best} place={1} />
      <div className={styles.dim}>
        {formatShare(assessment.confidence)} sure that the alerts share one cause; trouble began <Instant at={assessment.onsetAt} />.
      </div>
      {others.length > 0 && (
        <Button size="sm" fill="text" variant="secondary" icon={showsOthers ? 'angle-down' : 'angle-right'} aria-expanded={showsOthers} onClick={() => setShowsOthers(!showsOthers)}>
          {countOf(others.length, 'other suspect')}
        </Button>
      )}
      {showsOthers && others.map((root, index) => <Suspect key={root.service} root={root} place={index + 2} />)}
    </div>
  );
}

function Suspect({ root, place }: { root: Root; place: number }) {
  const styles = useStyles2(getStyles);
  return (
    <div>
      <div className={styles.suspect}>
        <strong>
          {place}. {root.service}
        </strong>
        <span className={styles.dim}>{formatShare(root.score)}</span>
      </div>
      <Evidence contributions={root.evidence} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(1), overflowWrap: 'anywhere', '& > *': { maxWidth: '100%' } }),
  change: css({ padding: theme.spacing(1), borderLeft: `3px solid ${theme.colors.warning.main}`, background: theme.colors.background.secondary }),
  link: css({ color: theme.colors.text.link }),
  suspect: css({ display: 'flex', alignItems: 'baseline', gap: theme.spacing(1), marginBottom: theme.spacing(0.5) }),
  dim: css({ color: theme.colors.text.secondary }),
});
