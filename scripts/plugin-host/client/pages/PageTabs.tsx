import { css } from '@emotion/css';
import type { GrafanaTheme2, NavModelItem } from '@grafana/data';
import { Tab, TabsBar, useStyles2 } from '@grafana/ui';

/** The tabs of a page: the children of its `pageNav`. */
export function PageTabs({ nav }: { nav: NavModelItem }) {
  const styles = useStyles2(getStyles);
  // in the menu's own tree children are pages further down, not tabs
  const tabs = (nav.children ?? []).filter((child) => child.hideFromTabs !== true);
  if (nav.id !== undefined || tabs.length === 0) return null;
  return (
    <div className={styles.tabs}>
      <TabsBar>
        {tabs.map((tab, index) => (
          <Tab
            key={`${tab.url ?? ''}-${index}`}
            label={tab.text}
            active={tab.active ?? false}
            {...(tab.url !== undefined && { href: tab.url })}
            {...(tab.icon !== undefined && { icon: tab.icon })}
            {...(tab.tabCounter !== undefined && { counter: tab.tabCounter })}
            {...(tab.tabSuffix !== undefined && { suffix: tab.tabSuffix })}
            {...(tab.onClick !== undefined && { onChangeTab: tab.onClick })}
          />
        ))}
      </TabsBar>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tabs: css({ marginBottom: theme.spacing(3) }),
});
