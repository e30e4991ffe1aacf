import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router-dom';
import type { AppRootProps } from '@grafana/data';
import { AppProviders } from './components/AppProviders.tsx';
import { PageSkeleton } from './components/PageSkeleton.tsx';
import { IncidentPage } from './pages/Incident/IncidentPage.tsx';
import { IncidentsPage } from './pages/Incidents/IncidentsPage.tsx';
import { NotFoundPage } from './pages/NotFound/NotFoundPage.tsx';
import { NowPage } from './pages/Now/NowPage.tsx';

// its graph and forms are not needed on the way to an incident
const ServicesPage = lazy(async () => ({ default: (await import('./pages/Services/ServicesPage.tsx')).ServicesPage }));
// seldom opened, and by few
const CorrelationPage = lazy(async () => ({ default: (await import('./pages/Correlation/CorrelationPage.tsx')).CorrelationPage }));
const SettingsPage = lazy(async () => ({ default: (await import('./pages/Settings/SettingsPage.tsx')).SettingsPage }));
const NoisePage = lazy(async () => ({ default: (await import('./pages/Noise/NoisePage.tsx')).NoisePage }));
const MaintenancePage = lazy(async () => ({ default: (await import('./pages/Maintenance/MaintenancePage.tsx')).MaintenancePage }));

// their forms and graphs are not needed on the way to an incident
const AccuracyPage = lazy(async () => ({ default: (await import('./pages/Accuracy/AccuracyPage.tsx')).AccuracyPage }));
const ChannelsPage = lazy(async () => ({ default: (await import('./pages/Channels/ChannelsPage.tsx')).ChannelsPage }));
const DetectorsPage = lazy(async () => ({ default: (await import('./pages/Detectors/DetectorsPage.tsx')).DetectorsPage }));
const RunbooksPage = lazy(async () => ({ default: (await import('./pages/Runbooks/RunbooksPage.tsx')).RunbooksPage }));
const RunPage = lazy(async () => ({ default: (await import('./pages/Run/RunPage.tsx')).RunPage }));
const EditorPage = lazy(async () => ({ default: (await import('./pages/RunbookEditor/EditorPage.tsx')).EditorPage }));
const OnCallPage = lazy(async () => ({ default: (await import('./pages/OnCall/OnCallPage.tsx')).OnCallPage }));
const StatusPage = lazy(async () => ({ default: (await import('./pages/StatusPage/StatusPage.tsx')).StatusPage }));

export function App(_props: AppRootProps) {
  return (
    <AppProviders>
      <Suspense fallback={<PageSkeleton />}>
        <Routes>
          <Route index element={<Navigate to="now" replace />} />
          <Route path="now" element={<NowPage />} />
          <Route path="incidents" element={<IncidentsPage />} />
          <Route path="incidents/:number" element={<IncidentPage />} />
          <Route path="noise" element={<NoisePage />} />
          <Route path="maintenance" element={<MaintenancePage />} />
          <Route path="channels" element={<ChannelsPage />} />
          <Route path="runbooks" element={<RunbooksPage />} />
          <Route path="runbooks/runs/:id" element={<RunPage />} />
          <Route path="runbooks/:id/edit" element={<EditorPage />} />
          <Route path="detectors" element={<DetectorsPage />} />
          <Route path="on-call" element={<OnCallPage />} />
          <Route path="services" element={<ServicesPage />} />
          <Route path="correlation" element={<CorrelationPage />} />
          <Route path="status-page" element={<StatusPage />} />
          <Route path="accuracy" element={<AccuracyPage />} />
          <Route path="settings" element={<SettingsPage />} />
          <Route path="*" element={<NotFoundPage />} />
        </Routes>
      </Suspense>
    </AppProviders>
  );
}
