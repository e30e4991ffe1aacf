import { useEffect, useState } from 'react';

/** A value once it has rested for a while, so that typing does not ask the service at each key. */
export function useDebounced<T>(value: T, restMs = 300): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value, restMs]);
  return rested;
}
