import { useState } from 'react';
import { Button, Combobox, Field, Modal, useStyles2 } from '@grafana/ui';
import { DELIVERY_STATES, incidentKey, type Delivery, type DeliveryId, type DeliveryState } from '#contract';
import { useDeliveries, useDelivery, useRetryDelivery } from '../../api/useChannels.ts';
import { useCan } from '../../api/useMe.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { DELIVERY_STATE_LABELS } from '../../model/channels.ts';
import { testIds } from '../../testIds.ts';
import { getStyles } from './styles.ts';

const ALL = 'all';

function toneOf(state: DeliveryState): 'good' | 'bad' | 'unknown' {
  return state === 'failed' ? 'bad' : state === 'delivered' || state === 'answered' || state === 'sent' ? 'good' : 'unknown';
}

/** Who was told what, over which channel, and whether it arrived. */
export function DeliveriesTab() {
  const styles = useStyles2(getStyles);
  const [state, setState] = useState<DeliveryState | null>(null);
  const [shown, setShown] = useState<DeliveryId | null>(null);
  const deliveries = useDeliveries({ state });
  return (
    <section>
      <Field noMargin label="State">
        <Combobox id="muster-delivery-state" options={[{ value: ALL, label: 'All' }, ...DELIVERY_STATES.map((one) => ({ value: String(one), label: DELIVERY_STATE_LABELS[one] }))]} value={state ?? ALL} onChange={({ value }) => setState(DELIVERY_STATES.find((one) => one === value) ?? null)} />
      </Field>
      <QueryView query={deliveries} loading={<Skeleton rows={6} height={48} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? <p className={styles.dim}>Nothing was told to anybody yet.</p> : <ul className={styles.list}>{items.map((delivery) => <Row key={delivery.id} delivery={delivery} onShow={() => setShown(delivery.id)} />)}</ul>;
        }}
      </QueryView>
      {deliveries.hasNextPage && <Button variant="secondary" disabled={deliveries.isFetchingNextPage} onClick={() => void deliveries.fetchNextPage()}>Show more</Button>}
      {shown !== null && <DeliveryDialog id={shown} onClose={() => setShown(null)} />}
    </section>
  );
}

function Row({ delivery, onShow }: { delivery: Delivery; onShow: () => void }) {
  const styles = useStyles2(getStyles);
  return (
    <li className={styles.row} data-testid={testIds.channels.delivery}>
      <div className={styles.words}>
        <div><span className={styles.name}>{delivery.recipient.name}</span>: {delivery.subject}</div>
        <div className={styles.dim}>
          <span className={styles[toneOf(delivery.state)]}>{DELIVERY_STATE_LABELS[delivery.state]}</span>
          {delivery.channel !== null && ` over ${delivery.channel}`}{delivery.hop > 1 && `, way ${delivery.hop} of ${delivery.hops}`}{delivery.bundled && ', with others in one message'}
          {delivery.incident !== null && ` · ${incidentKey(delivery.incident)}`} · ordered <Instant at={delivery.createdAt} />
          {delivery.error !== null && ` · ${delivery.error}`}
        </div>
      </div>
      <Button size="sm" variant="secondary" aria-label={`Tries of ${delivery.subject} to ${delivery.recipient.name}`} onClick={onShow}>Tries</Button>
    </li>
  );
}

function DeliveryDialog({ id, onClose }: { id: DeliveryId; onClose: () => void }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const delivery = useDelivery(id);
  const retry = useRetryDelivery();
  return (
    <Modal title="Delivery" isOpen onDismiss={onClose}>
      <QueryView query={delivery}>
        {(known) => (
          <>
            <p><span className={styles.name}>{known.subject}</span> to {known.recipient.name}: {DELIVERY_STATE_LABELS[known.state]}{known.answer === null ? '' : ` (${known.answer})`}</p>
            {known.history.length === 0 && <p className={styles.dim}>Not tried yet.</p>}
            <ol className={styles.list}>
              {known.history.map((one, place) => (
                <li key={place} className={styles.row}>
                  <span className={styles.words}>{one.channel} · {DELIVERY_STATE_LABELS[one.state]} · <Instant at={one.startedAt} />{one.detail === null ? '' : ` · ${one.detail}`}</span>
                </li>
              ))}
            </ol>
            {known.state === 'failed' && can('retryDelivery') && <Button disabled={retry.isPending} onClick={() => retry.mutate(id, { onSuccess: () => toast.done('It is tried again'), onError: (error) => toast.failed(error) })}>Try again</Button>}
          </>
        )}
      </QueryView>
    </Modal>
  );
}
