import { useMemo, useState } from 'react';
import { useLocation } from 'react-router-dom';
import { css } from '@emotion/css';
import { dateTime, PageLayoutType, type GrafanaTheme2, type TimeRange } from '@grafana/data';
import { getAppEvents, locationService, RefreshEvent } from '@grafana/runtime';
import { RefreshPicker, TimeRangePicker, ToolbarButtonRow, useStyles2 } from '@grafana/ui';
import { hostFacts } from '../hostFacts.ts';
import { homeNav, navItemById } from '../nav.ts';
import { Page } from '../pages/Page.tsx';
import { DASHBOARD, rangeParams, timeRangeOf } from './dashboardState.ts';
import { PanelFrame } from './PanelFrame.tsx';
import { VariableControls } from './VariableControls.tsx';

/** `/d/demo`: each nested panel once wide and once narrow, with the variables, time range and refresh of a dashboard. */
export function DemoDashboard() {
  const styles = useStyles2(getStyles);
  const location = useLocation();
  const search = useMemo(() => new URLSearchParams(location.search), [location.search]);
  const [refreshes, setRefreshes] = useState(0);
  // a relative range is of the moment when the dashboard was refreshed
  const timeRange = useMemo(() => timeRangeOf(search), [search, refreshes]);
  const navModel = useMemo(() => {
    const section = navItemById('dashboards/browse');
    return section === undefined ? homeNav : { main: section, node: section };
  }, []);

  const change = (next: TimeRange): void => locationService.partial(rangeParams(next));
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
          <VariableControls search={search} />
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
                search={search}
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

const PAGE_NAV = { text: DASHBOARD.title, url: DASHBOARD.path };

const getStyles = (theme: GrafanaTheme2) => ({
  toolbar: css({ padding: theme.spacing(1.5, 2, 0), display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), justifyContent: 'space-between' }),
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
