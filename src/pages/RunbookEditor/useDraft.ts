import { useEffect, useReducer, useRef } from 'react';
import type { Runbook } from '#contract';
import { isConflict, type ApiError } from '../../api/apiError.ts';
import { useFreshRunbook, usePutRunbookDraft } from '../../api/useRunbooks.ts';
import { useDebounced } from '../../hooks/useDebounced.ts';
import { mergeStored, type Stored } from '../../model/draftMerge.ts';

const REST_MS = 1_200;

interface State {
  readonly base: Stored;
  readonly source: string;
  readonly conflict: boolean;
}
type Change =
  | { readonly is: 'written'; readonly source: string }
  | { readonly is: 'stored'; readonly stored: Stored }
  | { readonly is: 'conflict' }
  | { readonly is: 'theirs'; readonly stored: Stored }
  | { readonly is: 'mine'; readonly stored: Stored };

function reduce(state: State, change: Change): State {
  switch (change.is) {
    case 'written':
      return change.source === state.source ? state : { ...state, source: change.source };
    case 'stored': {
      const { base, local, conflict } = mergeStored(state.base, state.source, change.stored);
      return base === state.base && local === state.source && (!conflict || state.conflict) ? state : { base, source: local, conflict: conflict || (state.conflict && base === state.base) };
    }
    case 'conflict':
      return { ...state, conflict: true };
    case 'theirs':
      return { base: change.stored, source: change.stored.source, conflict: false };
    case 'mine':
      return { base: change.stored, source: state.source, conflict: false };
  }
}

function storedOf(runbook: Runbook): Stored {
  return { version: runbook.version, source: runbook.draft?.source ?? runbook.source ?? '' };
}

export interface Draft {
  readonly source: string;
  readonly setSource: (source: string) => void;
  readonly status: 'saved' | 'unsaved' | 'saving' | 'failed' | 'conflict';
  readonly error: ApiError | null;
  /** Saves at once, or once more. */
  readonly save: () => void;
  /** The ETag that further changes are based on. */
  readonly version: number;
  /** What somebody else wrote meanwhile. */
  readonly theirs: string;
  readonly takeTheirs: () => void;
  readonly keepMine: () => void;
}

/** The text in the editor, and its way to the service: saved once the typing rests, never over what somebody else wrote. */
export function useDraft(runbook: Runbook, { readOnly }: { readOnly: boolean }): Draft {
  const put = usePutRunbookDraft();
  const fresh = useFreshRunbook();
  const [state, change] = useReducer(reduce, null, () => ({ base: storedOf(runbook), source: storedOf(runbook).source, conflict: false }));
  const { base, source, conflict } = state;
  const rested = useDebounced(source, REST_MS);
  const stored = storedOf(runbook);
  const isChanged = source !== base.source;

  useEffect(() => {
    // an answer to one's own save comes with what was sent, and is no news
    if (!put.isPending) change({ is: 'stored', stored: { version: stored.version, source: stored.source } });
  }, [stored.version, stored.source, put.isPending]);

  const { mutate, isPending, isError, error } = put;
  const { id } = runbook;

  function send(text: string, version: number): void {
    mutate(
      { id, version, source: text },
      {
        onSuccess: (saved) => change({ is: 'mine', stored: { version: saved.version, source: text } }),
        onError: (fault) => {
          if (isConflict(fault)) {
            put.reset();
            change({ is: 'conflict' });
            void fresh(id);
          }
        },
      }
    );
  }

  useEffect(() => {
    if (!readOnly && !conflict && !isPending && !isError && rested === source && isChanged && source.trim() !== '') send(source, base.version);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `send` is new each time and does the same
  }, [rested, source, isChanged, conflict, isPending, isError, readOnly, base.version]);

  // who leaves the page at once loses nothing
  const unsaved = useRef<(() => void) | null>(null);
  useEffect(() => {
    unsaved.current = isChanged && !readOnly && !conflict && !isPending && source.trim() !== '' ? () => mutate({ id, version: base.version, source }) : null;
  });
  useEffect(() => () => unsaved.current?.(), []);

  return {
    source,
    setSource(text) {
      // a failed save is tried again with what is written next
      if (isError && !conflict) put.reset();
      change({ is: 'written', source: text });
    },
    status: conflict ? 'conflict' : isPending ? 'saving' : isError ? 'failed' : isChanged ? 'unsaved' : 'saved',
    error,
    save: () => send(source, base.version),
    version: base.version,
    theirs: stored.source,
    takeTheirs() {
      put.reset();
      void fresh(id).then((now) => change({ is: 'theirs', stored: storedOf(now) }));
    },
    keepMine() {
      put.reset();
      void fresh(id).then((now) => change({ is: 'mine', stored: storedOf(now) }));
    },
  };
}
