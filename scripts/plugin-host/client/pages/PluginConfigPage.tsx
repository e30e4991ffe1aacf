import { useMemo } from 'react';
import { useLocation } from 'react-router-dom';
import { PluginContextProvider, type AppPlugin, type NavModel, type NavModelItem } from '@grafana/data';
import { config, getBackendSrv, locationSearchToObject } from '@grafana/runtime';
import { Alert, Badge, Button, ErrorBoundaryAlert, LoadingPlaceholder, Stack } from '@grafana/ui';
import { hostFacts } from '../hostFacts.ts';
import { homeNav, navItemByUrl } from '../nav.ts';
import { loadApp } from '../pluginLoader.ts';
import { LoadError } from './AppRootPage.tsx';
import { Page } from './Page.tsx';
import { useLoaded } from './useLoaded.ts';

/** `/plugins/<id>`: the plugin's entry in the catalogue with its configuration pages as tabs. */
export function PluginConfigPage() {
  const loaded = useLoaded(loadApp);
  if (loaded.state === 'failed') return <LoadError navModel={homeNav} error={loaded.error} />;
  if (loaded.state === 'loading') return <LoadingPlaceholder text="Loading ..." />;
  return <Details plugin={loaded.value} />;
}

function Details({ plugin }: { plugin: AppPlugin }) {
  const { pathname, search } = useLocation();
  const { meta, configPages = [] } = plugin;
  const query = useMemo(() => locationSearchToObject(search), [search]);
  const isAdmin = config.bootData.user.orgRole === 'Admin';
  const pages = isAdmin ? configPages : [];
  const wanted = typeof query.page === 'string' ? query.page : undefined;
  const current = wanted === 'overview' ? undefined : (pages.find(({ id }) => id === wanted) ?? pages[0]);

  const navModel = useMemo((): NavModel => {
    const section = navItemByUrl('/plugins');
    return section === undefined ? homeNav : { main: section, node: section };
  }, []);
  const pageNav = useMemo((): NavModelItem => {
    const tab = (id: string, text: string, icon: NavModelItem['icon'], active: boolean): NavModelItem => ({
      text,
      active,
      url: `${pathname}?page=${id}`,
      ...(icon !== undefined && { icon }),
    });
    return {
      text: meta.name,
      img: meta.info.logos.small,
      url: pathname,
      children: [
        tab('overview', 'Overview', 'file-alt', current === undefined),
        ...pages.map((page) => tab(page.id, page.title ?? page.id, page.icon, page === current)),
      ],
    };
  }, [meta, pathname, pages, current]);

  return (
    <Page
      navModel={navModel}
      pageNav={pageNav}
      subTitle={meta.info.description}
      info={[
        { label: 'Version', value: meta.info.version },
        { label: 'Signature', value: <Badge color="orange" text="Unsigned" icon="exclamation-triangle" /> },
      ]}
      actions={isAdmin && <EnableButton enabled={meta.enabled ?? false} jsonData={meta.jsonData} />}
    >
      <PluginContextProvider meta={meta}>
        <ErrorBoundaryAlert title="Plugin failed to load" boundaryName="plugin-host-config" errorLogger={console.error}>
          {current === undefined ? <Overview isAdmin={isAdmin} /> : <current.body plugin={plugin} query={query} />}
        </ErrorBoundaryAlert>
      </PluginContextProvider>
    </Page>
  );
}

function Overview({ isAdmin }: { isAdmin: boolean }) {
  return (
    <Stack direction="column">
      <p>The readme of the plugin would be shown here.</p>
      {!isAdmin && <Alert severity="info" title="Only an organization admin can see the configuration" />}
    </Stack>
  );
}

function EnableButton({ enabled, jsonData }: { enabled: boolean; jsonData: unknown }) {
  const change = async (): Promise<void> => {
    await getBackendSrv().post(`/api/plugins/${hostFacts.appId}/settings`, {
      enabled: !enabled,
      pinned: !enabled,
      jsonData,
    });
    window.location.reload();
  };
  return (
    <Button variant={enabled ? 'destructive' : 'primary'} onClick={() => void change()}>
      {enabled ? 'Disable' : 'Enable'}
    </Button>
  );
}
