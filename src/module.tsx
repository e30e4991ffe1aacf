import { lazy, Suspense } from 'react';
import { AppPlugin } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';

const App = lazy(async () => ({ default: (await import('./App.tsx')).App }));
const LazyConfiguration = lazy(async () => ({ default: (await import('./Configuration.tsx')).Configuration }));

// Grafana shows a loader around the root page, but none around a configuration page
const Configuration = () => (
  <Suspense fallback={<LoadingPlaceholder text="" />}>
    <LazyConfiguration />
  </Suspense>
);

export const plugin = new AppPlugin().setRootPage(App).addConfigPage({
  id: 'configuration',
  title: 'Configuration',
  icon: 'cog',
  body: Configuration,
});
