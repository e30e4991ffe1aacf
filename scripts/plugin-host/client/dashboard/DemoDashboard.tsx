import { useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { dateTime, PageLayoutType, rangeUtil, type GrafanaTheme2, type TimeRange } from '@grafana/data';
import { getAppEvents, RefreshEvent } from '@grafana/runtime';
import { RefreshPicker, TimeRangePicker, ToolbarButtonRow, useStyles2 } from '@grafana/ui';
import { hostFacts } from '../hostFacts.ts';
import { homeNav, navItemById } from '../nav.ts';
import { Page } from '../pages/Page.tsx';
import { PanelFrame } from './PanelFrame.tsx';

/** `/d/demo`: each nested panel once wide and once narrow, with the time range and refresh of a dashboard. */
export function DemoDashboard() {
  const styles = useStyles2(getStyles);
  const [timeRange, setTimeRange] = useState(() => rangeUtil.convertRawToRange({ from: 'now-6h', to: 'now' }));
  const [refreshes, setRefreshes] = useState(0);
  const navModel = useMemo(() => {
    const section = navItemById('dashboards/browse');
    return section === undefined ? homeNav : { main: section, node: section };
  }, []);

  const change = (next: TimeRange): void => setTimeRange(next);
  const shift = (direction: -1 | 1): void => {
    const half = (timeRange.to.valueOf() - timeRange.from.valueOf()) / 2;
    const from = dateTime(timeRange.from.valueOf() + direction * half);
    const to = dateTime(timeRange.to.valueOf() + direction * half);
    change({ from, to, raw: { from, to } });
  };
  const zoomOut = (): void => {
    const half = (timeRange.to.valueOf() - timeRange.from.valueOf()) / 2;
    const from = dateTime(timeRange.from.valueOf() - half);
    const to = dateTime(timeRange.to.valueOf() + half);
    change({ from, to, raw: { from, to } });
  };
  const refresh = (): void => {
    change(rangeUtil.convertRawToRange(timeRange.raw));
    setRefreshes((count) => count + 1);
    getAppEvents().publish(new RefreshEvent());
  };

  return (
    <Page
      navModel={navModel}
      pageNav={PAGE_NAV}
      layout={PageLayoutType.Canvas}
      toolbar={
        <div className={styles.toolbar}>
          <ToolbarButtonRow alignment="right">
            <TimeRangePicker
              value={timeRange}
              timeZone="browser"
              onChange={change}
              onChangeTimeZone={() => undefined}
              onMoveBackward={() => shift(-1)}
              onMoveForward={() => shift(1)}
              onZoom={zoomOut}
            />
            <RefreshPicker onRefresh={refresh} onIntervalChanged={() => undefined} noIntervalPicker />
          </ToolbarButtonRow>
        </div>
      }
    >
      <div className={styles.grid}>
        {hostFacts.panelIds.flatMap((id, index) =>
          (['wide', 'narrow'] as const).map((size) => (
            <div key={`${id}-${size}`} className={size === 'wide' ? styles.wide : styles.narrow}>
              <PanelFrame
                pluginId={id}
                panelId={index * 2 + (size === 'wide' ? 1 : 2)}
                timeRange={timeRange}
                onChangeTimeRange={change}
                refreshes={refreshes}
              />
            </div>
          ))
        )}
      </div>
    </Page>
  );
}

const PAGE_NAV = { text: 'Demo dashboard', url: '/d/demo' };

const getStyles = (theme: GrafanaTheme2) => ({
  toolbar: css({ padding: theme.spacing(1.5, 2, 0) }),
  grid: css({
    display: 'grid',
    gap: theme.spacing(1),
    gridTemplateColumns: 'minmax(0, 1fr)',
    gridAutoRows: 380,
    [theme.breakpoints.up('lg')]: { gridTemplateColumns: 'minmax(0, 2fr) minmax(0, 1fr)' },
  }),
  wide: css({ minWidth: 0 }),
  narrow: css({ minWidth: 0 }),
});
