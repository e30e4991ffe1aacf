import { Button, Modal, Stack } from '@grafana/ui';
import { useCan } from '../../api/useMe.ts';
import { useRenewFeed, useScheduleFeed } from '../../api/useOnCall.ts';
import { CopyBlock } from '../../components/CopyBlock.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { useToast } from '../../hooks/useToast.ts';

/** Addresses of a schedule for calendars of other programs. */
export function FeedDialog({ schedule, onClose }: { schedule: { readonly id: string; readonly name: string }; onClose: () => void }) {
  const feed = useScheduleFeed(schedule.id);
  const renew = useRenewFeed();
  const can = useCan();
  const toast = useToast();
  return (
    <Modal title={`Calendar of ${schedule.name}`} isOpen onDismiss={onClose}>
      <Stack direction="column" gap={2}>
        <p>Subscribe to one of these addresses in your calendar. Whoever has an address reads the shifts without login: treat it like a password.</p>
        <QueryView query={feed}>
          {({ address, mine }) => (
            <>
              {mine !== null && <CopyBlock label="Your shifts only" text={mine} />}
              <CopyBlock label="All shifts" text={address} />
            </>
          )}
        </QueryView>
        <Stack gap={1} justifyContent="flex-end" wrap="wrap">
          {can('renewScheduleFeed') && <Button variant="destructive" fill="outline" disabled={renew.isPending} onClick={() => renew.mutate(schedule.id, { onSuccess: () => toast.done('The old addresses are dead'), onError: (error) => toast.failed(error) })}>Make new addresses</Button>}
          <Button variant="secondary" onClick={onClose}>Close</Button>
        </Stack>
      </Stack>
    </Modal>
  );
}
