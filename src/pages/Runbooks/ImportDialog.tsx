import { useState } from 'react';
import { Field, Input, TextArea } from '@grafana/ui';
import type { Runbook } from '#contract';
import { useCreateRunbook, useImportRunbook } from '../../api/useRunbooks.ts';
import { Choice } from '../../components/Choice.tsx';
import { DialogForm } from '../../components/DialogForm.tsx';
import { idFault } from '../../model/newRunbook.ts';
import { isWebAddress } from '../../model/webAddress.ts';

const WAYS = ['text', 'url'] as const;
const WAY_WORDS = { text: 'Text', url: 'Web address' } as const;

/** Makes a guided checklist of a Markdown procedure, and opens it in the editor. */
export function ImportDialog({ onCreated, onClose }: { onCreated: (runbook: Runbook) => void; onClose: () => void }) {
  const read = useImportRunbook();
  const create = useCreateRunbook();
  const [way, setWay] = useState<(typeof WAYS)[number]>('text');
  const [markdown, setMarkdown] = useState('');
  const [url, setUrl] = useState('');
  const [id, setId] = useState('');
  const isReady = (way === 'text' ? markdown.trim() !== '' : isWebAddress(url)) && (id === '' || idFault(id) === null);

  return (
    <DialogForm
      title="Import a procedure"
      confirmText="Import"
      canConfirm={isReady && !read.isPending && !create.isPending}
      error={read.error ?? create.error}
      onClose={onClose}
      onConfirm={() => {
        create.reset();
        read.mutate({ ...(way === 'text' ? { markdown } : { url }), ...(id === '' ? {} : { id }) }, { onSuccess: ({ source }) => create.mutate(source, { onSuccess: onCreated }) });
      }}
    >
      <span>Headings become steps, lists become points to tick off, and code becomes steps that somebody confirms. It is a draft until you publish it.</span>
      <Choice label="Where it is" options={WAYS} labels={WAY_WORDS} value={way} onChange={setWay} />
      {way === 'text' ? (
        <Field noMargin required label="Markdown">
          <TextArea id="muster-import-markdown" rows={10} value={markdown} placeholder={'# Restart checkout\n\n1. Look at the dashboard\n2. Restart one pod'} onChange={(event) => setMarkdown(event.currentTarget.value)} />
        </Field>
      ) : (
        <Field noMargin required label="Address" description="For example the runbook_url of an alert. The service reads it, so it must be reachable from there.">
          <Input id="muster-import-url" type="url" value={url} placeholder="https://" onChange={(event) => setUrl(event.currentTarget.value)} />
        </Field>
      )}
      <Field noMargin label="Name in addresses" description="Left empty, it is made of the title." invalid={id !== '' && idFault(id) !== null} error={idFault(id) ?? ''}>
        <Input id="muster-import-id" value={id} onChange={(event) => setId(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
