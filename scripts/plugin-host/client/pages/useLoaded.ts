import { useEffect, useState } from 'react';

export type Loaded<T> = { state: 'loading' } | { state: 'failed'; error: Error } | { state: 'ready'; value: T };

/** The result of a load that is the same for the life of the page. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  useEffect(() => {
    let gone = false;
    load().then(
      (value) => {
        if (!gone) setLoaded({ state: 'ready', value });
      },
      (cause: unknown) => {
        const error = cause instanceof Error ? cause : new Error(String(cause), { cause });
        console.error(error);
        if (!gone) setLoaded({ state: 'failed', error });
      }
    );
    return () => {
      gone = true;
    };
  }, [load]);
  return loaded;
}
