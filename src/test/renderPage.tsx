import { render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { MemoryRouter, Route, Routes } from 'react-router-dom';
import { AppProviders } from '../components/AppProviders.tsx';

/** Shows a page as the app does, at an address. */
export function renderPage(element: ReactElement, { path, at }: { path: string; at: string }) {
  return render(
    <MemoryRouter initialEntries={[at]}>
      <AppProviders>
        <Routes>
          <Route path={path} element={element} />
        </Routes>
      </AppProviders>
    </MemoryRouter>
  );
}
