import { lazy, Suspense } from 'react';
import { AppPlugin } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';
import type { AppSettings } from './api/pluginSettings.ts';
import type { AppConfigProps } from './configPage/AppConfig.tsx';
import { ADDED_LINKS } from './extensions.ts';

// Grafana loads this file with its own start page when the app is preloaded: keep all that is big behind imports
const App = lazy(async () => ({ default: (await import('./App.tsx')).App }));
const LazyAppConfig = lazy(async () => ({ default: (await import('./configPage/AppConfig.tsx')).AppConfig }));

// Grafana shows a loader around the root page, but none around a configuration page
const AppConfig = (props: AppConfigProps) => (
  <Suspense fallback={<LoadingPlaceholder text="" />}>
    <LazyAppConfig {...props} />
  </Suspense>
);

export const plugin = new AppPlugin<AppSettings>().setRootPage(App).addConfigPage({
  id: 'configuration',
  title: 'Configuration',
  icon: 'cog',
  body: AppConfig,
});

for (const link of ADDED_LINKS) {
  plugin.addLink(link);
}
