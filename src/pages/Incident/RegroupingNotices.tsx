import { Alert, Button } from '@grafana/ui';
import { incidentKey, type Incident, type Regrouping } from '#contract';
import { useRegroupings, useUndoRegrouping } from '../../api/useIncident.ts';
import { useCan } from '../../api/useMe.ts';
import { useNow } from '../../hooks/useNow.ts';
import { useToast } from '../../hooks/useToast.ts';

const SECOND_MS = 1000;

/** What was done, from the point of view of one incident. */
function sentenceOf(regrouping: Regrouping, number: number): string {
  const { kind, from, into, by } = regrouping;
  const alerts = regrouping.alerts === 1 ? '1 alert' : `${regrouping.alerts} alerts`;
  const other = into === null ? null : incidentKey(into);
  switch (kind) {
    case 'merge':
      return from === number ? `${by.name} merged this into ${other ?? 'another incident'}` : `${by.name} merged ${incidentKey(from)} into this one, with ${alerts}`;
    case 'split':
      return from === number ? `${by.name} split ${alerts} off into ${other ?? 'a new incident'}` : `${by.name} split this off from ${incidentKey(from)}`;
    case 'move':
      return from === number ? `${by.name} ${other === null ? `took ${alerts} out` : `moved ${alerts} to ${other}`}` : `${by.name} moved ${alerts} here from ${incidentKey(from)}`;
  }
}

/** The newest merge, split or move as long as it can be undone. */
export function RegroupingNotices({ incident }: { incident: Incident }) {
  const can = useCan();
  const toast = useToast();
  const now = useNow(SECOND_MS);
  const mayUndo = can('undoRegrouping');
  const regroupings = useRegroupings(incident.number, mayUndo);
  const undo = useUndoRegrouping();
  const newest = regroupings.data?.items.find(({ undoneAt }) => undoneAt === null);
  if (newest === undefined || !mayUndo) {
    return null;
  }
  const leftMs = Date.parse(newest.undoableUntil) - now;
  if (leftMs <= 0) {
    return null;
  }
  const left = leftMs < 60_000 ? `${Math.ceil(leftMs / SECOND_MS)} s` : `${Math.ceil(leftMs / 60_000)} min`;
  return (
    <Alert severity="info" title={sentenceOf(newest, incident.number)}>
      {newest.reason !== '' && <div>{newest.reason}</div>}
      <Button
        size="sm"
        variant="secondary"
        icon="history"
        disabled={undo.isPending}
        onClick={() =>
          undo.mutate(
            { number: incident.number, id: newest.id },
            { onSuccess: () => toast.done('Undone. Everything is where it was.'), onError: (error) => toast.failed(error) }
          )
        }
      >
        {`Undo (${left} left)`}
      </Button>
    </Alert>
  );
}
