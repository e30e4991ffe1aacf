import { useState } from 'react';
import { Alert, Button, Stack } from '@grafana/ui';
import { CopyBlock } from '../../components/CopyBlock.tsx';
import { DiffView } from './DiffView.tsx';
import type { Draft } from './useDraft.ts';

/** Somebody else wrote the draft as well: what both wrote, and which one stays. */
export function ConflictNotice({ draft }: { draft: Draft }) {
  const [shows, setShows] = useState(false);
  return (
    <Alert severity="warning" title="Somebody else changed this draft meanwhile">
      <Stack direction="column" gap={1}>
        <span>What you wrote is still here, but not saved. Look at the difference, then keep one of both.</span>
        <Stack gap={1} wrap="wrap">
          <Button size="sm" variant="secondary" aria-expanded={shows} onClick={() => setShows(!shows)}>
            Show the difference
          </Button>
          <Button size="sm" variant="secondary" onClick={draft.takeTheirs}>
            Take theirs, drop mine
          </Button>
          <Button size="sm" variant="secondary" onClick={draft.keepMine}>
            Keep mine, drop theirs
          </Button>
        </Stack>
        {shows && (
          <>
            <DiffView before={draft.theirs} after={draft.source} label="From theirs to yours" />
            <CopyBlock text={draft.source} label="your text" />
          </>
        )}
      </Stack>
    </Alert>
  );
}
