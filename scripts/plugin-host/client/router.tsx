import { useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { NavigationType, Router, type Navigator } from 'react-router-dom';
import type { Action, Path } from 'history';
import { locationService } from '@grafana/runtime';

const ACTIONS: Record<Action, NavigationType> = {
  POP: NavigationType.Pop,
  PUSH: NavigationType.Push,
  REPLACE: NavigationType.Replace,
};

const asText = (to: Parameters<Navigator['push']>[0]): Path =>
  typeof to === 'string' ? to : `${to.pathname ?? ''}${to.search ?? ''}${to.hash ?? ''}`;

/** The one router of the page, fed from `locationService`, whose history is of an older kind than the router's. */
export function HostRouter({ children }: { children: ReactNode }) {
  const history = locationService.getHistory();
  const location = useSyncExternalStore(
    (listener) => history.listen(listener),
    () => history.location
  );
  const navigator = useMemo(
    (): Navigator => ({
      createHref: (to) => asText(to),
      go: (delta) => history.go(delta),
      push: (to, state: unknown) => history.push(asText(to), state),
      replace: (to, state: unknown) => history.replace(asText(to), state),
    }),
    [history]
  );
  return (
    <Router
      location={{ ...location, key: location.key ?? 'default' }}
      navigationType={ACTIONS[history.action]}
      navigator={navigator}
      future={{ v7_relativeSplatPath: false }}
    >
      {children}
    </Router>
  );
}
