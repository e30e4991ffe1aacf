import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, Field, FieldValidationMessage, IconButton, Input, Stack, TagsInput, TextArea, useStyles2 } from '@grafana/ui';
import { createServiceBody, DEPENDENCY_TYPES, SERVICE_TIERS, type CallOf, type DependencyType, type Service } from '#contract';
import { useBusinessServices, useCreateService, usePutService } from '../../api/useCatalog.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { faultFinder, faultProps } from '../../model/fieldFault.ts';
import { DEPENDENCY_LABELS, TIER_LABELS } from '../../model/services.ts';

type Draft = Omit<CallOf<'createService'>['body'], 'dependencies'> & { dependencies: { to: string; type: DependencyType }[] };

interface Props {
  /** Null: a new one. */
  service: Service | null;
  services: readonly Service[];
  onClose: () => void;
}

const EMPTY: Draft = { name: '', dependencies: [] };

function draftOf(service: Service): Draft {
  const { name, aliases, tier, kind, namespace, team, businessService, clusters, regions, description, links, userCount, costPerMinute, dependencies } = service;
  return { name, aliases, tier, kind, namespace, team, businessService, clusters, regions, description, links, userCount, costPerMinute, dependencies: dependencies.map(({ to, type }) => ({ to, type })) };
}

const textOrNull = (text: string): string | null => (text.trim() === '' ? null : text);
const numberOrNull = (text: string): number | null => (text.trim() === '' ? null : Number(text));

/** One service, to be added or changed. */
export function ServiceForm({ service, services, onClose }: Props) {
  const styles = useStyles2(getStyles);
  const toast = useToast();
  const create = useCreateService();
  const put = usePutService();
  const businessServices = useBusinessServices();
  const [draft, setDraft] = useState<Draft>(service === null ? EMPTY : draftOf(service));
  // Somebody else may save while this is open: what is saved here was made from this version.
  const [opened] = useState(service);
  const checked = createServiceBody.safeParse(draft);
  const faultOf = faultFinder(checked);
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change });
  const lacksService = draft.dependencies.some(({ to }) => to === '');
  const links = { runbook: draft.links?.runbook ?? null, dashboard: draft.links?.dashboard ?? null };
  const others = services.filter(({ name }) => name !== draft.name).map(({ name }) => ({ value: name, label: name }));

  function save(): void {
    if (!checked.success) {
      return;
    }
    const { name, ...body } = checked.data;
    const done = { onSuccess: () => { toast.done(`${name} saved`); onClose(); } };
    if (opened === null) {
      create.mutate({ name, ...body }, done);
    } else {
      put.mutate({ name: opened.name, version: opened.version, body }, done);
    }
  }

  return (
    <DialogForm
      title={service === null ? 'Add service' : `Edit ${service.name}`}
      confirmText="Save"
      canConfirm={checked.success && !create.isPending && !put.isPending}
      error={create.error ?? put.error}
      onConfirm={save}
      onClose={onClose}
    >
      {service === null && (
        <Field noMargin required label="Name" description="As alerts name it." {...faultProps(draft.name === '' ? undefined : faultOf('name'))}>
          <Input id="muster-service-name" autoFocus value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} />
        </Field>
      )}
      <Field noMargin label="Aliases" description="Other names by which alerts mean it." {...faultProps(faultOf('aliases'))}>
        <TagsInput id="muster-service-aliases" tags={draft.aliases ?? []} onChange={(aliases) => set({ aliases })} />
      </Field>
      <div className={styles.pair}>
        <Field noMargin label="Owner team" {...faultProps(faultOf('team'))}>
          <Input id="muster-service-team" value={draft.team ?? ''} onChange={(event) => set({ team: textOrNull(event.currentTarget.value) })} />
        </Field>
        <Field noMargin label="Tier" htmlFor="muster-service-tier">
          <Combobox id="muster-service-tier" isClearable options={SERVICE_TIERS.map((value) => ({ value, label: TIER_LABELS[value] }))} value={draft.tier ?? null} onChange={(option) => set({ tier: option?.value ?? null })} />
        </Field>
        <Field noMargin label="Kind" description="database, queue, gateway, …" {...faultProps(faultOf('kind'))}>
          <Input id="muster-service-kind" value={draft.kind ?? ''} onChange={(event) => set({ kind: textOrNull(event.currentTarget.value) })} />
        </Field>
        <Field noMargin label="Business service" htmlFor="muster-service-business" {...faultProps(faultOf('businessService'))}>
          <Combobox
            id="muster-service-business"
            isClearable
            createCustomValue
            options={(businessServices.data ?? []).map(({ name }) => ({ value: name, label: name }))}
            value={draft.businessService ?? null}
            onChange={(option) => set({ businessService: option?.value ?? null })}
          />
        </Field>
        <Field noMargin label="Namespace" {...faultProps(faultOf('namespace'))}>
          <Input id="muster-service-namespace" value={draft.namespace ?? ''} onChange={(event) => set({ namespace: textOrNull(event.currentTarget.value) })} />
        </Field>
        <Field noMargin label="Clusters" {...faultProps(faultOf('clusters'))}>
          <TagsInput id="muster-service-clusters" tags={draft.clusters ?? []} onChange={(clusters) => set({ clusters })} />
        </Field>
        <Field noMargin label="Regions" {...faultProps(faultOf('regions'))}>
          <TagsInput id="muster-service-regions" tags={draft.regions ?? []} onChange={(regions) => set({ regions })} />
        </Field>
        <Field noMargin label="Users" {...faultProps(faultOf('userCount'))}>
          <Input id="muster-service-users" type="number" min={0} value={draft.userCount ?? ''} onChange={(event) => set({ userCount: numberOrNull(event.currentTarget.value) })} />
        </Field>
        <Field noMargin label="Cost of a minute without it" {...faultProps(faultOf('costPerMinute'))}>
          <Input id="muster-service-cost" type="number" min={0} step="any" value={draft.costPerMinute ?? ''} onChange={(event) => set({ costPerMinute: numberOrNull(event.currentTarget.value) })} />
        </Field>
      </div>
      <Field noMargin label="Runbook" {...faultProps(faultOf('links', 'runbook'))}>
        <Input id="muster-service-runbook" placeholder="https://" value={links.runbook ?? ''} onChange={(event) => set({ links: { ...links, runbook: textOrNull(event.currentTarget.value) } })} />
      </Field>
      <Field noMargin label="Dashboard" {...faultProps(faultOf('links', 'dashboard'))}>
        <Input id="muster-service-dashboard" placeholder="https://" value={links.dashboard ?? ''} onChange={(event) => set({ links: { ...links, dashboard: textOrNull(event.currentTarget.value) } })} />
      </Field>
      <Field noMargin label="Needs" description="Trouble travels from there." >
        <Stack direction="column" gap={1}>
          {draft.dependencies.map(({ to, type }, index) => (
            <Stack key={`${index} ${to}`} gap={1} alignItems="center">
              <Combobox
                aria-label="How"
                width={16}
                options={DEPENDENCY_TYPES.map((value) => ({ value, label: DEPENDENCY_LABELS[value] }))}
                value={type}
                onChange={({ value }) => set({ dependencies: draft.dependencies.map((one, place) => (place === index ? { ...one, type: value } : one)) })}
              />
              <Combobox
                aria-label="Service"
                options={others}
                value={to === '' ? null : to}
                onChange={({ value }) => set({ dependencies: draft.dependencies.map((one, place) => (place === index ? { ...one, to: value } : one)) })}
              />
              <IconButton name="trash-alt" aria-label={`Remove dependency on ${to === '' ? 'nothing yet' : to}`} onClick={() => set({ dependencies: draft.dependencies.filter((_, place) => place !== index) })} />
            </Stack>
          ))}
          {lacksService && <FieldValidationMessage>Choose a service in each row, or remove the row</FieldValidationMessage>}
          <div>
            <Button type="button" size="sm" variant="secondary" icon="plus" onClick={() => set({ dependencies: [...draft.dependencies, { to: '', type: 'calls' }] })}>
              Add dependency
            </Button>
          </div>
        </Stack>
      </Field>
      <Field noMargin label="Description">
        <TextArea id="muster-service-description" rows={2} maxLength={4000} value={draft.description ?? ''} onChange={(event) => set({ description: event.currentTarget.value })} />
      </Field>
    </DialogForm>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  pair: css({ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(200px, 1fr))', gap: theme.spacing(2) }),
});
