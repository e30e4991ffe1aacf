import { useMemo, useSyncExternalStore } from 'react';
import type { ThemeBreakpointsKey } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';

export function useMinWidth(breakpoint: ThemeBreakpointsKey): boolean {
  const { breakpoints } = useTheme2();
  const query = useMemo(
    () => window.matchMedia(`(min-width: ${breakpoints.values[breakpoint]}px)`),
    [breakpoints, breakpoint]
  );
  return useSyncExternalStore(
    (listener) => {
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => query.matches
  );
}
