import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, TextLink, useStyles2 } from '@grafana/ui';
import type { NoticedChange } from '#contract';
import { Instant } from '../../components/Instant.tsx';
import { formatShare } from '../../model/amounts.ts';
import { countOf } from '../../model/counts.ts';
import { valueText } from '../../model/detectors.ts';
import { isWebAddress } from '../../model/webAddress.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { WhySuspicious } from './WhySuspicious.tsx';

/** What a detector noticed before an incident: a pattern of log lines, or load that rose or fell; with the ways to look at it. */
export function NoticedRow({ noticed }: { noticed: NoticedChange }) {
  const styles = useStyles2(getStyles);
  const { service, at, suspicion, reasons, hops, detector, name, mode, pattern, load, query } = noticed;
  const title = pattern?.template ?? `${load?.direction === 'down' ? 'Fewer' : 'More'} than usual: ${name}`;
  return (
    <li className={styles.item} data-testid={testIds.incident.noticed}>
      <div>
        {pattern === null ? <strong>{title}</strong> : <code className={styles.template}>{title}</code>} <span className={styles.dim}>{formatShare(suspicion)} suspicious</span> {mode === 'shadow' && <Badge text="In shadow" color="blue" tooltip="Its detector watches in shadow: it alerted nobody." />}
      </div>
      <div className={styles.dim}>
        {pattern === null ? 'load' : pattern.kind === 'new' ? 'new log pattern' : 'log pattern that comes more often'} of {service}
        {hops !== null && hops > 0 && `, ${hops} ${hops === 1 ? 'step' : 'steps'} upstream`}
        {pattern !== null && `, ${countOf(pattern.lines, 'line')}`}
        {load !== null && `: ${valueText(load.value)}, usually ${valueText(load.low)} to ${valueText(load.high)}`}, {pattern?.kind === 'new' && 'first '}
        <Instant at={pattern?.kind === 'new' ? pattern.firstAt : at} />
        {pattern?.kind === 'rate' && (
          <>
            , known since <Instant at={pattern.firstAt} />
          </>
        )}
      </div>
      <div className={styles.links}>
        {pattern?.explore != null && isWebAddress(pattern.explore) && (
          <TextLink href={pattern.explore} external inline aria-label={`Its lines in Explore: ${title}`}>
            Its lines in Explore
          </TextLink>
        )}
        {pattern === null && query?.kind === 'explore' && (
          <TextLink href={query.url} inline aria-label={`Open in Explore: ${name}`}>
            Open in Explore
          </TextLink>
        )}
        {pattern === null && query?.kind === 'prometheus' && isWebAddress(query.url) && (
          <TextLink href={query.url} external inline aria-label={`Open in Prometheus: ${name}`}>
            Open in Prometheus
          </TextLink>
        )}
        <TextLink href={paths.detector(detector)} inline aria-label={`Detector ${name}`}>
          Detector
        </TextLink>
      </div>
      <WhySuspicious what={title} reasons={reasons} />
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  item: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(0.25), minWidth: 0 }),
  template: css({ whiteSpace: 'normal', overflowWrap: 'anywhere', margin: 0 }),
  links: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 1.5) }),
  dim: css({ color: theme.colors.text.secondary }),
});
