import { useState } from 'react';
import { Button, Combobox, Field, Input, MultiCombobox, Stack, useStyles2 } from '@grafana/ui';
import { MESSAGE_CLASSES, URGENCIES, type ChannelChain, type ChannelChains, type ChannelSummary } from '#contract';
import { useChains, useChannels, usePutChains } from '../../api/useChannels.ts';
import { useCan } from '../../api/useMe.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';
import { getStyles } from './styles.ts';

const ANY = '';

/** Which channels stand in for one that fails. */
export function ChainsTab() {
  const chains = useChains();
  const channels = useChannels();
  return (
    <QueryView query={chains} loading={<Skeleton rows={2} height={120} />}>
      {(known) => <QueryView query={channels}>{(items) => <Editor key={known.version} known={known} channels={items} />}</QueryView>}
    </QueryView>
  );
}

function Editor({ known, channels }: { known: ChannelChains; channels: readonly ChannelSummary[] }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const put = usePutChains();
  const [chains, setChains] = useState<readonly ChannelChain[]>(known.chains);
  const canWrite = can('putChains') && !known.provisioned;
  const change = (place: number, part: Partial<ChannelChain>): void => setChains(chains.map((chain, at) => (at === place ? { ...chain, ...part } : chain)));
  return (
    <section>
      <p className={styles.dim}>When a way to somebody fails, the channels of the chain that says most of the message are taken, in order. Somebody outside is told over their own address alone.</p>
      {known.provisioned && <p>A file keeps the chains: change channels.yaml.</p>}
      {chains.map((chain, place) => (
        <div key={place} className={styles.card} data-testid={testIds.channels.chain}>
          <Stack gap={1} wrap="wrap" alignItems="flex-end">
            <Field noMargin className={styles.field} label="Name"><Input id={`muster-chain-name-${place}`} disabled={!canWrite} maxLength={100} value={chain.name} onChange={(event) => change(place, { name: event.currentTarget.value })} /></Field>
            <Field noMargin className={styles.field} label="Team"><Input id={`muster-chain-team-${place}`} disabled={!canWrite} placeholder="Any" maxLength={100} value={chain.team ?? ''} onChange={(event) => change(place, { team: event.currentTarget.value === '' ? null : event.currentTarget.value })} /></Field>
            <Field noMargin className={styles.field} label="Class">
              <Combobox id={`muster-chain-class-${place}`} disabled={!canWrite} options={[{ value: ANY, label: 'Any' }, ...MESSAGE_CLASSES.map((value) => ({ value: String(value), label: value }))]} value={chain.messageClass ?? ANY} onChange={({ value }) => change(place, { messageClass: MESSAGE_CLASSES.find((one) => one === value) ?? null })} />
            </Field>
            <Field noMargin className={styles.field} label="Urgency">
              <Combobox id={`muster-chain-urgency-${place}`} disabled={!canWrite} options={[{ value: ANY, label: 'Any' }, ...URGENCIES.map((value) => ({ value: String(value), label: value }))]} value={chain.urgency ?? ANY} onChange={({ value }) => change(place, { urgency: URGENCIES.find((one) => one === value) ?? null })} />
            </Field>
          </Stack>
          <Field noMargin label="Channels, in order">
            <MultiCombobox id={`muster-chain-channels-${place}`} disabled={!canWrite} options={channels.map(({ id, name }) => ({ value: String(id), label: name }))} value={chain.channels.map(String)} onChange={(chosen) => change(place, { channels: chosen.flatMap(({ value }) => channels.filter(({ id }) => id === value).map(({ id }) => id)) })} />
          </Field>
          {canWrite && chains.length > 1 && <Button size="sm" variant="destructive" fill="text" aria-label={`Remove chain ${chain.name}`} onClick={() => setChains(chains.filter((_one, at) => at !== place))}>Remove</Button>}
        </div>
      ))}
      {put.error !== null && <ErrorNotice error={put.error} />}
      {canWrite && (
        <Stack gap={1}>
          <Button variant="secondary" icon="plus" onClick={() => setChains([...chains, { name: `Chain ${chains.length + 1}`, team: null, messageClass: null, urgency: null, channels: [] }])}>Add chain</Button>
          <Button disabled={put.isPending || chains === known.chains} onClick={() => put.mutate({ version: known.version, body: { chains: [...chains] } }, { onSuccess: () => toast.done('Chains saved') })}>Save</Button>
        </Stack>
      )}
    </section>
  );
}
