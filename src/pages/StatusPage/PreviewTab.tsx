import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextLink, useStyles2 } from '@grafana/ui';
import { useStatusPage, useStatusPagePreview } from '../../api/useStatusPage.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { testIds } from '../../testIds.ts';
import { VISIBILITY_HINTS } from './words.ts';

/** The page as its readers see it; also how a private one is read within Grafana. */
export function PreviewTab() {
  const styles = useStyles2(getStyles);
  const settings = useStatusPage();
  const preview = useStatusPagePreview();
  return (
    <div className={styles.tab}>
      {settings.data !== undefined && (
        <span className={styles.dim}>
          {`${VISIBILITY_HINTS[settings.data.visibility]} `}
          {settings.data.visibility === 'public' && settings.data.url !== null && (
            <TextLink href={settings.data.url} external inline>
              Open it
            </TextLink>
          )}
          {settings.data.visibility !== 'off' && settings.data.url === null && 'The installation serves no status page yet: set statusPage.port.'}
        </span>
      )}
      <QueryView query={preview} loading={<Skeleton rows={1} height={480} />}>
        {/* without any right: no script, no form, no way out of the frame */}
        {({ html }) => <iframe className={styles.frame} title="The status page as its readers see it" sandbox="" srcDoc={html} data-testid={testIds.statusPage.preview} />}
      </QueryView>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  frame: css({ width: '100%', minHeight: '70vh', border: `1px solid ${theme.colors.border.weak}`, borderRadius: theme.shape.radius.default, background: theme.colors.background.primary }),
  dim: css({ color: theme.colors.text.secondary }),
});
