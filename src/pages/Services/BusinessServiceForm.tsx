import { useState } from 'react';
import { Combobox, Field, Input, TextArea } from '@grafana/ui';
import { BUSINESS_CRITICALITIES, createBusinessServiceBody, type BusinessService, type CallOf } from '#contract';
import { useCreateBusinessService, usePutBusinessService } from '../../api/useCatalog.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { faultFinder, faultProps } from '../../model/fieldFault.ts';
import { CRITICALITY_LABELS } from '../../model/services.ts';

interface Props {
  /** Null: a new one. */
  business: BusinessService | null;
  /** Of a new one, when services name it already. */
  name: string;
  onClose: () => void;
}

/** What the business sees of some services: how much hangs on it, and what is promised. */
export function BusinessServiceForm({ business, name, onClose }: Props) {
  const toast = useToast();
  const create = useCreateBusinessService();
  const put = usePutBusinessService();
  const [opened] = useState(business);
  const [draft, setDraft] = useState<CallOf<'createBusinessService'>['body']>(
    business === null ? { name } : { name: business.name, tier: business.tier, slo: business.slo, team: business.team, description: business.description }
  );
  const checked = createBusinessServiceBody.safeParse(draft);
  const faultOf = faultFinder(checked);
  const set = (change: Partial<typeof draft>): void => setDraft({ ...draft, ...change });

  function save(): void {
    if (!checked.success) {
      return;
    }
    const { name: wanted, ...body } = checked.data;
    const done = { onSuccess: () => { toast.done(`${wanted} saved`); onClose(); } };
    if (opened === null) {
      create.mutate(checked.data, done);
    } else {
      put.mutate({ name: opened.name, version: opened.version, body }, done);
    }
  }

  return (
    <DialogForm
      title={opened === null ? 'Add business service' : `Edit ${opened.name}`}
      confirmText="Save"
      canConfirm={checked.success && !create.isPending && !put.isPending}
      error={create.error ?? put.error}
      onConfirm={save}
      onClose={onClose}
    >
      {opened === null && (
        <Field noMargin required label="Name" description="Services name it as their business service." {...faultProps(draft.name === '' ? undefined : faultOf('name'))}>
          <Input id="muster-business-name" autoFocus value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} />
        </Field>
      )}
      <Field noMargin label="Tier" htmlFor="muster-business-tier" description="The impact of an incident follows from it.">
        <Combobox
          id="muster-business-tier"
          options={BUSINESS_CRITICALITIES.map((value) => ({ value, label: CRITICALITY_LABELS[value] }))}
          value={draft.tier ?? 'standard'}
          onChange={({ value }) => set({ tier: value })}
        />
      </Field>
      <Field noMargin label="SLO in percent" description="What is promised; may be left empty." {...faultProps(faultOf('slo'))}>
        <Input
          id="muster-business-slo"
          type="number"
          min={0}
          max={100}
          step="any"
          value={draft.slo ?? ''}
          onChange={(event) => set({ slo: event.currentTarget.value.trim() === '' ? null : Number(event.currentTarget.value) })}
        />
      </Field>
      <Field noMargin label="Owner team" {...faultProps(faultOf('team'))}>
        <Input id="muster-business-team" value={draft.team ?? ''} onChange={(event) => set({ team: event.currentTarget.value.trim() === '' ? null : event.currentTarget.value })} />
      </Field>
      <Field noMargin label="Description" {...faultProps(faultOf('description'))}>
        <TextArea id="muster-business-description" rows={3} maxLength={4000} value={draft.description ?? ''} onChange={(event) => set({ description: event.currentTarget.value })} />
      </Field>
    </DialogForm>
  );
}
