import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, TextLink, useStyles2 } from '@grafana/ui';
import type { Change } from '#contract';
import { Instant } from '../../components/Instant.tsx';
import { isWebAddress } from '../../model/webAddress.ts';
import { testIds } from '../../testIds.ts';

interface Props {
  changes: readonly Change[];
  /** Left out where the service is known anyway. */
  onChoose?: (service: string) => void;
}

export function ChangeList({ changes, onChoose }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.list}>
      {changes.map(({ position, kind, service, title, author, at, closedAt, link, source }) => (
        <li key={position} className={styles.item} data-testid={testIds.services.change}>
          <span className={styles.when}>
            <Instant at={at} />
          </span>
          <Badge text={kind} color="blue" />
          {onChoose !== undefined && service !== null && (
            <Button size="sm" variant="secondary" fill="text" onClick={() => onChoose(service)}>
              {service}
            </Button>
          )}
          <span className={styles.title}>
            {link !== null && isWebAddress(link) ? (
              <TextLink href={link} external inline>
                {title}
              </TextLink>
            ) : (
              title
            )}
          </span>
          {closedAt !== null && (
            <span className={styles.dim}>
              over <Instant at={closedAt} />,
            </span>
          )}
          <span className={styles.dim}>{[author === null ? null : `by ${author}`, `told by ${source ?? 'the API'}`].filter(Boolean).join(', ')}</span>
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0 }),
  item: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1), padding: theme.spacing(0.75, 0), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  when: css({ minWidth: 90, color: theme.colors.text.secondary }),
  title: css({ minWidth: 0, overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary }),
});
