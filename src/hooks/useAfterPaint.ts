import { startTransition, useEffect, useState } from 'react';

/** False at first, true once what was drawn first can be seen: for what takes long and can come after. */
export function useAfterPaint(): boolean {
  const [isPainted, setIsPainted] = useState(false);
  useEffect(() => {
    let timer: number | undefined;
    // a frame callback comes before the paint, what it asks for comes after
    const frame = requestAnimationFrame(() => (timer = window.setTimeout(() => startTransition(() => setIsPainted(true)))));
    return () => {
      cancelAnimationFrame(frame);
      window.clearTimeout(timer);
    };
  }, []);
  return isPainted;
}
