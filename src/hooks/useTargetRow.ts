import { useEffect, useRef, type RefObject } from 'react';
import { useSearchParams } from 'react-router-dom';

/** Whether the address asks for the row of this id (`?id=…`), and a place to bring it into view. */
export function useTargetRow<E extends HTMLElement>(id: string): { ref: RefObject<E | null>; isTarget: boolean } {
  const [search] = useSearchParams();
  const isTarget = search.get('id') === id;
  const ref = useRef<E>(null);
  useEffect(() => {
    if (isTarget) {
      ref.current?.scrollIntoView({ block: 'center' });
    }
  }, [isTarget]);
  return { ref, isTarget };
}
