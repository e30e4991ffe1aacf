import { Route, Routes } from 'react-router-dom';
import type { AppRootProps } from '@grafana/data';
import { PluginPage } from '@grafana/runtime';
import { EmptyState } from '@grafana/ui';

/** Placeholder pages of the app, one per entry of the navigation. */
export function App(_props: AppRootProps) {
  return (
    <Routes>
      <Route path="incidents" element={<Placeholder message="No incidents yet" />} />
      <Route path="settings" element={<Placeholder message="Nothing to set yet" />} />
      <Route path="*" element={<Placeholder message="All quiet" />} />
    </Routes>
  );
}

function Placeholder({ message }: { message: string }) {
  return (
    <PluginPage>
      <EmptyState variant="completed" message={message} />
    </PluginPage>
  );
}
