import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import { incidentKey, type Incident } from '#contract';
import { paths } from '../../paths.ts';

/** Where it was seen, and what it has to do with earlier and later ones. Nothing when there is nothing to say. */
export function IncidentOrigins({ incident }: { incident: Incident }) {
  const styles = useStyles2(getStyles);
  const { links, recurrenceOf, recurrences, regressions } = incident;
  if (links.length === 0 && recurrenceOf === null && recurrences.length === 0 && regressions === 0) {
    return null;
  }
  return (
    <div className={styles.line}>
      {regressions > 0 && <span>{regressions === 1 ? 'Came back once after it was quiet.' : `Came back ${regressions} times after it was quiet.`}</span>}
      {recurrenceOf !== null && (
        <span>
          {'Happened before: '}
          <TextLink href={paths.incident(recurrenceOf)} inline>
            {incidentKey(recurrenceOf)}
          </TextLink>
        </span>
      )}
      {recurrences.map((number) => (
        <span key={number}>
          {'Happened again: '}
          <TextLink href={paths.incident(number)} inline>
            {incidentKey(number)}
          </TextLink>
        </span>
      ))}
      {links.map(({ title, url }) => (
        <TextLink key={url} href={url} external={!url.startsWith('/')} inline>
          {title}
        </TextLink>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 2), color: theme.colors.text.secondary, minWidth: 0, overflowWrap: 'anywhere' }),
});
