import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import {
  dateTime,
  EventBusSrv,
  LoadingState,
  PluginContextProvider,
  PluginExtensionPoints,
  type AbsoluteTimeRange,
  type PanelData,
  type PanelPlugin,
  type TimeRange,
} from '@grafana/data';
import { usePluginLinks } from '@grafana/runtime';
import { ErrorBoundaryAlert, Menu, PanelChrome } from '@grafana/ui';
import { loadApp, loadPanel } from '../pluginLoader.ts';
import { useLoaded } from '../pages/useLoaded.ts';
import { DASHBOARD, interpolate } from './dashboardState.ts';
import { PanelOptionsDrawer, type PanelOptions } from './PanelOptionsDrawer.tsx';

interface Props {
  pluginId: string;
  panelId: number;
  timeRange: TimeRange;
  /** What the dashboard's address says of its variables. */
  search: URLSearchParams;
  onChangeTimeRange: (range: TimeRange) => void;
  refreshes: number;
}

/** One panel of a dashboard: measured, with chrome, menu and the properties that a panel component gets. */
export function PanelFrame({ pluginId, panelId, ...rest }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(frame);
  const loaded = useLoaded(useCallback(() => loadPanel(pluginId), [pluginId]));
  return (
    <div ref={frame} style={{ height: '100%' }}>
      {loaded.state === 'failed' && (
        <PanelChrome width={width} height={height} title={pluginId} statusMessage={loaded.error.message}>
          {() => null}
        </PanelChrome>
      )}
      {loaded.state === 'ready' && width > 0 && (
        <Panel plugin={loaded.value} panelId={panelId} width={width} height={height} {...rest} />
      )}
    </div>
  );
}

interface PanelProps extends Omit<Props, 'pluginId'> {
  plugin: PanelPlugin;
  width: number;
  height: number;
}

function Panel({ plugin, panelId, width, height, timeRange, search, onChangeTimeRange, refreshes }: PanelProps) {
  const [changed, setChanged] = useState<PanelOptions>({});
  const [editing, setEditing] = useState(false);
  const options = useMemo((): PanelOptions => ({ ...plugin.defaults, ...changed }), [plugin, changed]);
  const eventBus = useMemo(() => new EventBusSrv(), []);
  const title = plugin.meta.name;
  const data = useMemo(
    (): PanelData => ({ state: LoadingState.Done, series: [], timeRange, structureRev: refreshes }),
    [timeRange, refreshes]
  );
  const changeTimeRange = ({ from, to }: AbsoluteTimeRange): void => {
    const range = { from: dateTime(from), to: dateTime(to) };
    onChangeTimeRange({ ...range, raw: range });
  };
  const Component = plugin.panel;

  return (
    <>
      <PanelChrome
        width={width}
        height={height}
        title={title}
        padding={plugin.noPadding ? 'none' : 'md'}
        menu={() => (
          <PanelMenu panelId={panelId} plugin={plugin} timeRange={timeRange} onEdit={() => setEditing(true)} />
        )}
      >
        {(innerWidth, innerHeight) => (
          <PluginContextProvider meta={plugin.meta}>
            <ErrorBoundaryAlert
              title="An unexpected error happened"
              boundaryName="plugin-host-panel"
              errorLogger={console.error}
            >
              {Component !== null && (
                <Component
                  id={panelId}
                  data={data}
                  timeRange={timeRange}
                  timeZone="browser"
                  options={options}
                  transparent={false}
                  width={innerWidth}
                  height={innerHeight}
                  fieldConfig={plugin.fieldConfigDefaults}
                  renderCounter={refreshes}
                  title={title}
                  eventBus={eventBus}
                  onOptionsChange={setChanged}
                  onFieldConfigChange={() => undefined}
                  replaceVariables={(text, _scoped, format) => interpolate(text, search, typeof format === 'string' ? format : undefined)}
                  onChangeTimeRange={changeTimeRange}
                />
              )}
            </ErrorBoundaryAlert>
          </PluginContextProvider>
        )}
      </PanelChrome>
      {editing && (
        <PanelOptionsDrawer plugin={plugin} options={options} onChange={setChanged} onClose={() => setEditing(false)} />
      )}
    </>
  );
}

interface MenuProps {
  plugin: PanelPlugin;
  panelId: number;
  timeRange: TimeRange;
  onEdit: () => void;
}

function PanelMenu({ plugin, panelId, timeRange, onEdit }: MenuProps) {
  // the links of an app appear once it was loaded; Grafana preloads apps that register any
  useEffect(() => {
    loadApp().catch(console.error);
  }, []);
  const context = useMemo(
    () => ({
      pluginId: plugin.meta.id,
      id: panelId,
      title: plugin.meta.name,
      timeRange: timeRange.raw,
      timeZone: 'browser',
      dashboard: { uid: DASHBOARD.uid, title: DASHBOARD.title, tags: [] },
      targets: [],
    }),
    [plugin, panelId, timeRange]
  );
  const { links } = usePluginLinks({
    extensionPointId: PluginExtensionPoints.DashboardPanelMenu,
    context,
    limitPerPlugin: 3,
  });
  return (
    <Menu>
      <Menu.Item label="Edit options" icon="edit" onClick={onEdit} />
      {links.map((link) => (
        <Menu.Item
          key={link.id}
          label={link.title}
          {...(link.path !== undefined ? { url: link.path } : { onClick: link.onClick })}
        />
      ))}
    </Menu>
  );
}

function useSize(element: React.RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
