import { Suspense, useMemo } from 'react';
import { useLocation } from 'react-router-dom';
import { PluginContextProvider, type AppPluginMeta, type NavModel, type OrgRole } from '@grafana/data';
import { config, locationSearchToObject } from '@grafana/runtime';
import { Alert, ErrorBoundaryAlert, LoadingPlaceholder } from '@grafana/ui';
import { hostFacts } from '../hostFacts.ts';
import { pluginNav } from '../nav.ts';
import { loadApp } from '../pluginLoader.ts';
import { Page } from './Page.tsx';
import { PluginNavContext } from './PluginPage.tsx';
import { useLoaded } from './useLoaded.ts';

/** `/a/<id>/*`: the root page of the app. */
export function AppRootPage() {
  const location = useLocation();
  const loaded = useLoaded(loadApp);
  const navModel = useMemo(() => pluginNav(hostFacts.appId, location.pathname), [location.pathname]);
  const query = useMemo(() => locationSearchToObject(location.search), [location.search]);

  if (loaded.state === 'loading') return <Loading navModel={navModel} />;
  if (loaded.state === 'failed') return <LoadError navModel={navModel} error={loaded.error} />;

  const { root: Root, meta } = loaded.value;
  if (Root === undefined)
    return <LoadError navModel={navModel} error={new Error('No root app page component found')} />;
  if (!mayOpen(meta, location.pathname)) {
    return (
      <Page navModel={navModel} pageNav={NO_TITLE}>
        <Alert severity="warning" title="Access denied">
          You do not have permission to see this page.
        </Alert>
      </Page>
    );
  }
  return (
    <PluginContextProvider meta={meta}>
      <ErrorBoundaryAlert title="Plugin failed to load" boundaryName="plugin-host-app" errorLogger={console.error}>
        <PluginNavContext.Provider value={navModel}>
          <Suspense fallback={<Loading navModel={navModel} />}>
            <Root
              meta={meta}
              basename={location.pathname}
              onNavChanged={noOldNavModel}
              query={query}
              path={location.pathname}
            />
          </Suspense>
        </PluginNavContext.Provider>
      </ErrorBoundaryAlert>
    </PluginContextProvider>
  );
}

const NO_TITLE = { text: '' };

function Loading({ navModel }: { navModel: NavModel }) {
  return (
    <Page navModel={navModel} pageNav={NO_TITLE}>
      <LoadingPlaceholder text="Loading ..." />
    </Page>
  );
}

function noOldNavModel(): void {
  console.warn('onNavChanged is deprecated and does nothing in the plugin host: use PluginPage');
}

const RANK: Record<string, number> = { Viewer: 1, Editor: 2, Admin: 3 };

/** Grafana guards the exact paths that plugin.json includes by their role, and no path below them. */
function mayOpen(meta: AppPluginMeta, pathname: string): boolean {
  const include = meta.includes?.find(({ path }) => path === pathname);
  if (include === undefined) return true;
  const role: OrgRole | string = config.bootData.user.orgRole;
  return (RANK[role] ?? 0) >= (RANK[include.role ?? ''] ?? 0);
}

export function LoadError({ navModel, error }: { navModel: NavModel; error: Error }) {
  return (
    <Page navModel={navModel} pageNav={NO_TITLE}>
      <Alert severity="error" title="The plugin could not be loaded">
        {error.message}
      </Alert>
    </Page>
  );
}
