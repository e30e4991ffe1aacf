import { render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { MemoryRouter, Route, Routes } from 'react-router-dom';
import { AppProviders } from '../components/AppProviders.tsx';

/** The ways of the next router, switched on so that it does not warn of them at each start. */
export const ROUTER_FUTURE = { v7_startTransition: true, v7_relativeSplatPath: true } as const;

/** Shows a page as the app does, at an address. */
export function renderPage(element: ReactElement, { path, at }: { path: string; at: string }) {
  return render(
    <MemoryRouter initialEntries={[at]} future={ROUTER_FUTURE}>
      <AppProviders>
        <Routes>
          <Route path={path} element={element} />
        </Routes>
      </AppProviders>
    </MemoryRouter>
  );
}
