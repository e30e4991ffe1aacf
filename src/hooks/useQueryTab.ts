import { useSearchParams } from 'react-router-dom';

/** The open tab as the address says; the first one when it says nothing known. */
export function useQueryTab<T extends string>(tabs: readonly [T, ...T[]]): T {
  const [search] = useSearchParams();
  return tabs.find((tab) => tab === search.get('tab')) ?? tabs[0];
}
