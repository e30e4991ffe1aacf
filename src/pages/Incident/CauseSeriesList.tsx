import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, TextLink, useStyles2 } from '@grafana/ui';
import type { CauseSeries } from '#contract';
import { Instant } from '../../components/Instant.tsx';
import { formatShare } from '../../model/amounts.ts';
import { isWebAddress } from '../../model/webAddress.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

/** Series that changed at a suspect: what each did, when, what its detector found, and the ways to look at it. */
export function CauseSeriesList({ series }: { series: readonly CauseSeries[] }) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.list}>
      {series.map(({ detector, name, state, text, changedAt, finding, query, strength }, index) => (
        <li key={`${detector}-${index}`} className={styles.item} data-testid={testIds.incident.causeSeries}>
          <div className={styles.line}>
            <span title={`Strength ${formatShare(strength)}`}>{text}</span>
            {state === 'shadow' && <Badge text="In shadow" color="blue" />}
          </div>
          <div className={styles.line}>
            {changedAt !== null && (
              <span>
                changed <Instant at={changedAt} as="clock" />
              </span>
            )}
            {finding !== null && (
              <span>
                found unusual {finding.mode === 'shadow' && 'in shadow '}
                <Instant at={finding.at} as="clock" />, {formatShare(finding.score)} sure
              </span>
            )}
            {query.kind === 'explore' && (
              <TextLink href={query.url} inline aria-label={`Open in Explore: ${name}`}>
                Open in Explore
              </TextLink>
            )}
            {query.kind === 'prometheus' && isWebAddress(query.url) && (
              <TextLink href={query.url} external inline aria-label={`Open in Prometheus: ${name}`}>
                Open in Prometheus
              </TextLink>
            )}
            <TextLink href={paths.detector(detector)} inline aria-label={`Detector ${name}`}>
              Detector
            </TextLink>
          </div>
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  item: css({ display: 'flex', flexDirection: 'column', paddingLeft: theme.spacing(1), borderLeft: `2px solid ${theme.colors.primary.border}`, minWidth: 0, overflowWrap: 'anywhere' }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1.5), minWidth: 0, '&:not(:first-child)': { color: theme.colors.text.secondary } }),
});
