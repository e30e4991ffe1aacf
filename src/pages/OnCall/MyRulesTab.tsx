import { useState } from 'react';
import { Alert, Button, Stack, useStyles2 } from '@grafana/ui';
import type { ContactUrgency, MyContacts } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useMyContacts, useRemoveContactPoint, useSendContactCode } from '../../api/usePeople.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';
import { getListStyles } from '../Settings/listStyles.ts';
import { AddPointDialog, CodeDialog } from './ContactDialogs.tsx';
import { MyRehearsal } from './MyRehearsal.tsx';
import { RulesDialog } from './RulesDialog.tsx';

const URGENCIES: readonly ContactUrgency[] = ['critical', 'high', 'normal', 'low'];
const URGENCY_WORDS: Readonly<Record<ContactUrgency, string>> = { critical: 'Critical (SEV1)', high: 'High (SEV2)', normal: 'Normal (SEV3)', low: 'Low' };
type Opened = { readonly what: 'add' } | { readonly what: 'rules' } | { readonly what: 'code'; readonly id: string } | null;

/** How I am reached: addresses, order by urgency, quiet hours. */
export function MyRulesTab() {
  const contacts = useMyContacts();
  return <QueryView query={contacts} loading={<Skeleton rows={4} height={48} />}>{(data) => <Contacts contacts={data} />}</QueryView>;
}

function Contacts({ contacts }: { contacts: MyContacts }) {
  const styles = useStyles2(getListStyles);
  const can = useCan();
  const toast = useToast();
  const remove = useRemoveContactPoint();
  const sendCode = useSendContactCode();
  const [opened, setOpened] = useState<Opened>(null);
  const close = (): void => setOpened(null);

  return (
    <Stack direction="column" gap={3}>
      <section>
        <Stack gap={2} alignItems="center" wrap="wrap">
          <h3 className={styles.title}>My addresses</h3>
          {can('addContactPoint') && (
            <Button size="sm" variant="secondary" icon="plus" onClick={() => setOpened({ what: 'add' })}>
              Add address
            </Button>
          )}
        </Stack>
        {contacts.points.length === 0 ? (
          <p className={styles.dim}>None yet. Until there is one, you are reached at the e-mail address that Grafana knows, if there is a channel for e-mail.</p>
        ) : (
          <ul className={styles.list} aria-label="My addresses">
            {contacts.points.map((point) => (
              <li key={point.id} className={styles.row} data-testid={testIds.onCall.point}>
                <span className={styles.words}>
                  <strong>{point.channelName}</strong>: {point.address}
                  <div className={styles.dim}>{point.verified ? 'Proven; in use' : 'Not proven yet: it is not used until you enter the code that was sent there'}</div>
                </span>
                {!point.verified && can('verifyContactPoint') && (
                  <>
                    <Button size="sm" onClick={() => setOpened({ what: 'code', id: point.id })}>
                      Enter code
                    </Button>
                    <Button
                      size="sm"
                      variant="secondary"
                      disabled={sendCode.isPending}
                      onClick={() => sendCode.mutate(point.id, { onSuccess: () => toast.done('Another code is on its way'), onError: (error) => toast.failed(error) })}
                    >
                      Send another
                    </Button>
                  </>
                )}
                {can('removeContactPoint') && (
                  <Button
                    size="sm"
                    variant="secondary"
                    fill="outline"
                    aria-label={`Remove ${point.address}`}
                    disabled={remove.isPending}
                    onClick={() => remove.mutate(point.id, { onSuccess: () => toast.done('Removed, and your consent with it'), onError: (error) => toast.failed(error) })}
                  >
                    Remove
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </section>
      <section>
        <Stack gap={2} alignItems="center" wrap="wrap">
          <h3 className={styles.title}>What happens now</h3>
          {can('putContactRules') && (
            <Button size="sm" variant="secondary" icon="pen" onClick={() => setOpened({ what: 'rules' })}>
              Change order and quiet hours
            </Button>
          )}
        </Stack>
        {contacts.quietNow && <Alert severity="info" title="It is quiet time for you: only SEV1 comes through" />}
        <ul className={styles.list} aria-label="Order by urgency">
          {URGENCIES.map((urgency) => (
            <li key={urgency} className={styles.row}>
              <span className={styles.words}>
                <strong>{URGENCY_WORDS[urgency]}</strong>
                <div className={styles.dim}>
                  {contacts.plan[urgency].length === 0
                    ? 'You are not told'
                    : contacts.plan[urgency].map((hop) => `${hop.channelName} ${hop.address}`).join(', then ')}
                </div>
              </span>
            </li>
          ))}
        </ul>
        <p className={styles.dim}>
          {contacts.quietHours.length === 0 ? 'No quiet hours.' : `Quiet hours: ${contacts.quietHours.map(({ from, to }) => `${from} to ${to}`).join(', ')} (${contacts.zone}).`} SEV1 ignores quiet hours.
        </p>
      </section>
      <MyRehearsal />
      {opened?.what === 'add' && <AddPointDialog contacts={contacts} onClose={close} onAdded={(id) => setOpened({ what: 'code', id })} />}
      {opened?.what === 'code' && <CodeDialog id={opened.id} address={contacts.points.find(({ id }) => id === opened.id)?.address ?? ''} onClose={close} />}
      {opened?.what === 'rules' && <RulesDialog contacts={contacts} onClose={close} />}
    </Stack>
  );
}
