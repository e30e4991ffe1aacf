import { useLayoutEffect, type ReactNode } from 'react';
import { css, cx } from '@emotion/css';
import { PageLayoutType, type GrafanaTheme2, type NavModel, type NavModelItem } from '@grafana/data';
import type { PluginPageProps } from '@grafana/runtime';
import { useStyles2 } from '@grafana/ui';
import { pageState } from '../chrome/chromeState.ts';
import { documentTitle } from '../nav.ts';
import { PageHeader } from './PageHeader.tsx';
import { PageTabs } from './PageTabs.tsx';

export interface PageProps extends Omit<PluginPageProps, 'pageNav' | 'children'> {
  navModel: NavModel;
  pageNav?: NavModelItem | undefined;
  toolbar?: ReactNode;
  children: ReactNode;
}

/** A page inside the chrome: breadcrumbs and tab title, then header, tabs and content. */
export function Page({
  navModel,
  pageNav,
  layout = PageLayoutType.Standard,
  background,
  toolbar,
  children,
  ...header
}: PageProps) {
  const styles = useStyles2(getStyles);

  useLayoutEffect(() => {
    pageState.set({ navModel, pageNav });
    document.title = documentTitle(navModel, pageNav);
  }, [navModel, pageNav]);

  if (layout === PageLayoutType.Custom) return <div className={styles.wrapper}>{children}</div>;

  const titleNav = pageNav ?? navModel.node;
  const isCanvas = layout === PageLayoutType.Canvas;
  const color = background ?? (isCanvas ? 'canvas' : 'primary');
  return (
    <div className={cx(styles.wrapper, color === 'canvas' ? styles.canvas : styles.primary)}>
      {toolbar}
      <div className={isCanvas ? styles.canvasInner : styles.inner}>
        {!isCanvas && <PageHeader nav={titleNav} {...header} />}
        {!isCanvas && <PageTabs nav={titleNav} />}
        <div className={styles.content}>{children}</div>
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  wrapper: css({ display: 'flex', flexDirection: 'column', flex: '1 1 0', minWidth: 0, position: 'relative' }),
  primary: css({ background: theme.colors.background.primary }),
  canvas: css({ background: theme.colors.background.canvas }),
  inner: css({
    display: 'flex',
    flexDirection: 'column',
    flexGrow: 1,
    minWidth: 0,
    padding: theme.spacing(2),
    [theme.breakpoints.up('md')]: { padding: theme.spacing(4) },
  }),
  canvasInner: css({ display: 'flex', flexDirection: 'column', flexGrow: 1, padding: theme.spacing(2) }),
  content: css({ display: 'flex', flexDirection: 'column', flexGrow: 1, minWidth: 0 }),
});
