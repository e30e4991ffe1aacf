import 'uplot/dist/uPlot.min.css';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Route, Routes } from 'react-router-dom';
import { setPanelRenderer } from 'runtime-components/PanelRenderer.mjs';
import { setPluginPage } from 'runtime-components/PluginPage.mjs';
import { ThemeContext } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { config, getAppEvents, LocationServiceProvider, locationService, ThemeChangedEvent } from '@grafana/runtime';
import { GlobalStyles, ModalRoot, ModalsProvider, PortalContainer } from '@grafana/ui';
import { AppChrome } from './chrome/AppChrome.tsx';
import { Toasts } from './chrome/Toasts.tsx';
import { DemoDashboard } from './dashboard/DemoDashboard.tsx';
import { registerStandardEditors } from './dashboard/standardEditors.tsx';
import { hostFacts } from './hostFacts.ts';
import { navTree } from './nav.ts';
import { AppRootPage } from './pages/AppRootPage.tsx';
import { PluginConfigPage } from './pages/PluginConfigPage.tsx';
import { HostPluginPage } from './pages/PluginPage.tsx';
import { HomePage, NotFoundPage, SectionPage } from './pages/SectionPage.tsx';
import { HostRouter } from './router.tsx';
import { installServices } from './services.ts';
import { shareModules } from './sharedModules.ts';

function Host() {
  const [theme, setTheme] = useState(config.theme2);
  useEffect(() => {
    const subscription = getAppEvents().subscribe(ThemeChangedEvent, ({ payload }) => setTheme(payload));
    return () => subscription.unsubscribe();
  }, []);
  const sections = navTree.filter(({ children, url }) => children !== undefined && url !== undefined);
  const plugins = navTree.find(({ id }) => id === 'cfg')?.children?.find(({ id }) => id === 'plugins');
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <LocationServiceProvider service={locationService}>
        <HostRouter>
          <ModalsProvider>
            <AppChrome>
              <Routes>
                <Route path="/" element={<HomePage />} />
                <Route path={`/a/${hostFacts.appId}/*`} element={<AppRootPage />} />
                <Route path={`/plugins/${hostFacts.appId}`} element={<PluginConfigPage />} />
                {plugins !== undefined && <Route path="/plugins" element={<SectionPage section={plugins} />} />}
                <Route path="/d/demo" element={<DemoDashboard />} />
                {sections.map((section) => (
                  <Route key={section.text} path={section.url ?? ''} element={<SectionPage section={section} />} />
                ))}
                <Route path="*" element={<NotFoundPage />} />
              </Routes>
            </AppChrome>
            <ModalRoot />
            <Toasts />
            <PortalContainer />
          </ModalsProvider>
        </HostRouter>
      </LocationServiceProvider>
    </ThemeContext.Provider>
  );
}

function NoPanelRenderer() {
  return <div>The plugin host has no core panels to render.</div>;
}

async function start(): Promise<void> {
  installServices();
  registerStandardEditors();
  shareModules();
  setPluginPage(HostPluginPage);
  setPanelRenderer(NoPanelRenderer);
  // any id will do: it initialises the shared i18next instance that @grafana/ui reads its texts from
  await initPluginTranslations(hostFacts.appId);
  const root = document.getElementById('reactRoot');
  if (root === null) throw new Error('The page has no #reactRoot');
  createRoot(root).render(<Host />);
}

start().catch((error: unknown) => {
  console.error(error);
  document.body.append(`The plugin host could not start: ${error instanceof Error ? error.message : String(error)}`);
});
