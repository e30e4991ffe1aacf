/** Gives @grafana/runtime what Grafana gives it when it starts. What the host has no part of answers with nothing. */
import { EventBusSrv, getDefaultTimeRange, locationUtil, setTimeZoneResolver } from '@grafana/data';
import {
  config,
  FakeEchoSrv,
  locationService,
  setAppEvents,
  setBackendSrv,
  setChromeHeaderHeightHook,
  setCurrentUser,
  setDataSourceSrv,
  setEchoSrv,
  setLocationSrv,
  setPluginComponentHook,
  setPluginComponentsHook,
  setPluginFunctionsHook,
  setPluginLinksHook,
  setReturnToPreviousHook,
  setTemplateSrv,
  type DataSourceSrv,
} from '@grafana/runtime';
import { HostBackendSrv } from './backendSrv.ts';
import { TOP_BAR_HEIGHT } from './chrome/measures.ts';
import { DASHBOARD, interpolate, selectedOf, timeRangeOf, variableModels, VARIABLES } from './dashboard/dashboardState.ts';
import { useAddedLinks } from './extensions.ts';

const noDataSource = (): never => {
  throw new Error('The plugin host has no data sources');
};

const dataSourceSrv: DataSourceSrv = {
  get: async () => noDataSource(),
  getList: () => [],
  getInstanceSettings: () => undefined,
  reload: async () => undefined,
  registerRuntimeDataSource: () => undefined,
};

const onDashboard = (): boolean => locationService.getLocation().pathname === DASHBOARD.path;
const search = (): URLSearchParams => locationService.getSearch();

export function installServices(): void {
  setBackendSrv(new HostBackendSrv());
  setAppEvents(new EventBusSrv());
  setEchoSrv(new FakeEchoSrv());
  setLocationSrv(locationService);
  setCurrentUser(config.bootData.user);
  setDataSourceSrv(dataSourceSrv);
  setTemplateSrv({
    getVariables: () => (onDashboard() ? variableModels(search()) : []),
    replace: (target = '', _scoped, format) => (onDashboard() ? interpolate(target, search(), typeof format === 'string' ? format : undefined) : target),
    containsTemplate: (target = '') => onDashboard() && interpolate(target, search()) !== target,
    updateTimeRange: () => undefined,
  });
  setTimeZoneResolver(() => config.bootData.user.timezone);
  locationUtil.initialize({
    // the same object: @grafana/data and @grafana/runtime disagree only on the type of a few fields
    config: Object.create(config),
    getTimeRangeForUrl: () => (onDashboard() ? timeRangeOf(search()).raw : getDefaultTimeRange().raw),
    getVariablesUrlParams: () => (onDashboard() ? Object.fromEntries(VARIABLES.map((variable) => [`var-${variable.name}`, selectedOf(variable, search())])) : {}),
  });
  setChromeHeaderHeightHook(() => TOP_BAR_HEIGHT);
  setReturnToPreviousHook(() => () => undefined);
  setPluginLinksHook(useAddedLinks);
  setPluginComponentHook(() => ({ component: null, isLoading: false }));
  setPluginComponentsHook(() => ({ components: [], isLoading: false }));
  setPluginFunctionsHook(() => ({ functions: [], isLoading: false }));
}
