import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, LinkButton, useStyles2 } from '@grafana/ui';
import type { Incident } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useOpenWarRoom, useWarRooms } from '../../api/useWarRooms.ts';
import { useToast } from '../../hooks/useToast.ts';

const OVER: ReadonlySet<Incident['state']> = new Set(['resolved', 'in_review', 'closed', 'rejected', 'duplicate', 'cancelled', 'candidate']);

/** Where people talk about the incident; nothing at all where no chat is set up. */
export function WarRoomBlock({ incident }: { incident: Incident }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const { data } = useWarRooms(incident.number, { enabled: can('listWarRooms') });
  const open = useOpenWarRoom();
  if (data === undefined) return null;
  const canOpen = data.items.length === 0 && data.channels.length > 0 && can('openWarRoom') && !OVER.has(incident.state);
  if (data.items.length === 0 && !canOpen) return null;
  return (
    <section className={styles.row} aria-label="War room">
      {data.items.map((room) => (
        <span key={room.channel} className={styles.row}>
          <LinkButton size="sm" variant="secondary" icon="comment-alt-message" href={room.url} target="_blank" rel="noreferrer">
            #{room.name}
          </LinkButton>
          {room.meetingUrl !== null && (
            <LinkButton size="sm" variant="secondary" icon="user-arrows" href={room.meetingUrl} target="_blank" rel="noreferrer">
              Join the meeting
            </LinkButton>
          )}
        </span>
      ))}
      {canOpen && (
        <Button
          size="sm"
          variant="secondary"
          icon="comment-alt-message"
          disabled={open.isPending}
          onClick={() =>
            open.mutate({ number: incident.number }, { onSuccess: ({ name }) => toast.done(`War room #${name} is open`), onError: (error) => toast.failed(error) })
          }
        >
          {open.isPending ? 'Opening the war room…' : 'Open a war room'}
        </Button>
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), minWidth: 0 }),
});
