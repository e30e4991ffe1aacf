import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import { paths } from '../paths.ts';

/** Says why a helper says nothing. */
export function InShadow({ what }: { what: string }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.dim}>
      {what} is in shadow: it is measured, and what it would say is not shown.{' '}
      <TextLink href={paths.accuracy} inline>
        Accuracy
      </TextLink>
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({ dim: css({ color: theme.colors.text.secondary }) });
