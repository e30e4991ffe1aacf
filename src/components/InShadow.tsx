import { css } from '@emotion/css';
import type { ReactNode } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, TextLink, useStyles2 } from '@grafana/ui';
import { useCan } from '../api/useMe.ts';
import { paths } from '../paths.ts';

/** Says why a helper says nothing, where its claims would stand. */
export function InShadow({ what, children }: { what: string; children?: ReactNode }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  return (
    <div className={styles.dim}>
      <Icon name="eye-slash" size="sm" aria-hidden /> {what} is in shadow: it is measured, and what it says is not acted on or shown as a claim.{children}{' '}
      {can('getAccuracy') && (
        <TextLink href={paths.accuracy} inline>
          Accuracy
        </TextLink>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({ dim: css({ color: theme.colors.text.secondary, overflowWrap: 'anywhere' }) });
