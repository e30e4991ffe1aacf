import { css } from '@emotion/css';
import { useEffect, type ReactNode } from 'react';
import type { GrafanaTheme2, NavModelItem } from '@grafana/data';
import { PluginPage } from '@grafana/runtime';
import { Stack, useStyles2 } from '@grafana/ui';
import { LiveBadge } from './LiveBadge.tsx';

interface Props {
  pageNav?: NavModelItem;
  actions?: ReactNode;
  subTitle?: ReactNode;
  /** For titles that people write and that may be long. */
  smallTitle?: boolean;
  testId: string;
  children: ReactNode;
}

/** Grafana's page frame, with the state of the live stream in its corner. */
export function Page({ pageNav, actions, subTitle, smallTitle = false, testId, children }: Props) {
  const styles = useStyles2(getStyles);
  const activeTab = pageNav?.children?.find(({ active }) => active)?.id;
  useEffect(() => {
    if (activeTab !== undefined) {
      // on a narrow screen the open tab may lie beyond the edge of the bar
      document.querySelector('[role="tab"][aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
    }
  }, [activeTab]);
  return (
    <PluginPage
      {...(pageNav === undefined ? {} : { pageNav })}
      {...(subTitle === undefined ? {} : { subTitle })}
      {...(smallTitle ? { renderTitle: (title: string) => <h1 className={styles.smallTitle}>{title}</h1> } : {})}
      actions={
        <Stack gap={2} alignItems="center" wrap="wrap">
          <LiveBadge />
          {actions}
        </Stack>
      }
    >
      <div data-testid={testId}>{children}</div>
    </PluginPage>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  smallTitle: css({ ...theme.typography.h3, margin: 0, overflowWrap: 'anywhere', maxWidth: '100%' }),
});
