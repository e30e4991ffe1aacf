import { Combobox, Field, MultiCombobox } from '@grafana/ui';
import type { ChannelId, ChannelSummary } from '#contract';
import { useChannels } from '../api/useChannels.ts';
import { judgeChannel } from '../model/channels.ts';
import { QueryView } from './QueryView.tsx';

interface Common {
  id: string;
  label: string;
  description: string;
  disabled?: boolean;
}

/** Channels to choose from by name; one that is chosen and no longer there keeps its place under its id. */
function optionsOf(channels: readonly ChannelSummary[], chosen: readonly ChannelId[]): { value: string; label: string; description: string }[] {
  const gone = chosen.filter((id) => !channels.some((channel) => channel.id === id));
  return [
    ...channels.map((channel) => ({ value: String(channel.id), label: channel.name, description: `${channel.kind}: ${judgeChannel(channel).text}` })),
    ...gone.map((id) => ({ value: String(id), label: String(id), description: 'is there no more' })),
  ];
}

/** Chooses among channels. */
export function ChannelsField({ id, label, description, disabled = false, value, onChange }: Common & { value: readonly ChannelId[]; onChange: (channels: ChannelId[]) => void }) {
  const channels = useChannels();
  return (
    <QueryView query={channels}>
      {(known) => (
        <Field noMargin label={label} description={known.length === 0 ? 'There are no channels yet; they stand on the page Channels.' : description} htmlFor={id}>
          <MultiCombobox
            id={id}
            options={optionsOf(known, value)}
            value={value.map(String)}
            disabled={disabled}
            placeholder="Choose channels"
            onChange={(chosen) => onChange([...known.map((channel) => channel.id), ...value].filter((one, place, all) => all.indexOf(one) === place && chosen.some((option) => option.value === one)))}
          />
        </Field>
      )}
    </QueryView>
  );
}

/** Chooses one channel that sends mails, or none. */
export function MailChannelField({ id, label, description, disabled = false, value, onChange }: Common & { value: ChannelId | null; onChange: (channel: ChannelId | null) => void }) {
  const channels = useChannels();
  return (
    <QueryView query={channels}>
      {(known) => {
        const mails = known.filter(({ kind }) => kind === 'email');
        return (
          <Field noMargin label={label} description={mails.length === 0 ? 'There is no channel for e-mail yet; add one on the page Channels.' : description} htmlFor={id}>
            <Combobox
              id={id}
              options={optionsOf(mails, value === null ? [] : [value])}
              value={value === null ? null : String(value)}
              disabled={disabled}
              isClearable
              placeholder="Choose a channel"
              onChange={(option) => onChange([...mails.map((channel) => channel.id), ...(value === null ? [] : [value])].find((one) => one === option?.value) ?? null)}
            />
          </Field>
        );
      }}
    </QueryView>
  );
}
