import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, Stack, TextLink, useStyles2 } from '@grafana/ui';
import type { DetectorFinding, FindingVerdict } from '#contract';
import { Instant } from '../../components/Instant.tsx';
import { formatShare } from '../../model/amounts.ts';
import { foundText, placeText, seriesText, viewsText } from '../../model/detectors.ts';
import { between, formatDuration } from '../../model/duration.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { PatternText } from './PatternText.tsx';

interface Props {
  finding: DetectorFinding;
  named: boolean;
  busy: boolean;
  onJudge?: (verdict: FindingVerdict | null) => void;
  onAlert: (id: string) => void;
}

const VERDICTS = [{ verdict: 'right', text: 'Right', icon: 'thumbs-up' }, { verdict: 'wrong', text: 'Wrong', icon: 'times' }] as const;

/** What was found, how sure, why, and whether that was right. */
export function FindingRow({ finding, named, busy, onJudge, onAlert }: Props) {
  const styles = useStyles2(getStyles);
  const lasted = between(finding.startsAt, finding.endsAt);
  return (
    <article className={styles.row} aria-label={`Finding: ${finding.pattern?.template ?? seriesText(finding.labels)}`} data-testid={testIds.detectors.finding}>
      <div className={styles.text}>
        <div>
          {named && (
            <>
              <TextLink href={paths.detector(finding.detector)} inline>
                {finding.name}
              </TextLink>
              {' · '}
            </>
          )}
          {finding.pattern === null ? `${seriesText(finding.labels)}: ` : Object.keys(finding.labels).length > 0 && `${placeText(finding.labels)}: `}
          <strong>{foundText(finding)}</strong>
        </div>
        {finding.pattern !== null && <PatternText pattern={finding.pattern} withExample />}
        <div className={styles.dim}>
          <Instant at={finding.startsAt} as="clock" /> · {lasted === null ? 'not over' : formatDuration(lasted)} · {formatShare(finding.score)} sure{finding.pattern === null && `: ${viewsText(finding.views)}`}
        </div>
        {finding.verdict !== null && (
          <div className={styles.dim}>
            Judged {finding.verdict} by {finding.judgedBy}
          </div>
        )}
      </div>
      <Stack gap={1} alignItems="center" wrap="wrap">
        {finding.alert === null ? <Badge text="In shadow" color="darkgrey" icon="eye" /> : (
          <Button size="sm" variant="secondary" fill="outline" icon="bell" onClick={() => onAlert(finding.alert ?? '')}>
            Its alert
          </Button>
        )}
        {onJudge !== undefined && VERDICTS.map(({ verdict, text, icon }) => (
          <Button
            key={verdict}
            size="sm"
            variant={finding.verdict === verdict ? 'primary' : 'secondary'}
            icon={icon}
            aria-pressed={finding.verdict === verdict}
            disabled={busy}
            onClick={() => onJudge(finding.verdict === verdict ? null : verdict)}
          >
            {text}
          </Button>
        ))}
      </Stack>
    </article>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    display: 'flex', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'space-between', gap: theme.spacing(1), padding: theme.spacing(1), background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`, borderRadius: theme.shape.radius.default,
  }),
  text: css({ minWidth: 0, flex: '1 1 260px', overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
