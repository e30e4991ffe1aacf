import { css } from '@emotion/css';
import { useRef, useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, Stack, TextArea, useStyles2 } from '@grafana/ui';
import type { ImportResult } from '#contract';
import { useImportCsv, type IMPORTS } from '../../api/useCatalog.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';

export type Imported = keyof typeof IMPORTS;

const WORDS: Readonly<Record<Imported, { readonly what: string; readonly example: string; readonly columns: string }>> = {
  services: {
    what: 'services', columns: 'The first row names the columns; a column that is left out leaves the field as it is.',
    example: 'name,team,tier,depends_on\ncheckout,shop,domain,payments payments-db:stores-in\npayments,payments,domain,\npayments-db,storage,data,',
  },
  'business services': {
    what: 'business services', columns: 'The first row names the columns; tier is critical, important or standard. A column that is left out leaves the field as it is.',
    example: 'name,tier,slo,team,description\nonline-shop,critical,99.95,shop,What customers buy in\nnewsletter,standard,,marketing,',
  },
  infrastructure: {
    what: 'places', columns: 'The first row names the columns; kind is cluster, rack, host or instance. A column that is left out leaves the field as it is.',
    example: 'kind,name,region,cluster,rack,switch,host,service\ncluster,eu-1,eu,,,,,\nrack,r1,,eu-1,,sw-r1,,\nhost,node-1,,,r1,,,\ninstance,payments-db-9,,,,,node-1,payments-db',
  },
};
const SHOWN_FAULTS = 20;
const SHOWN_NAMES = 100;

/** A part of the catalogue from a CSV: what would happen is shown first, and done only then. */
export function ImportDialog({ of, onClose }: { of: Imported; onClose: () => void }) {
  const { what, example, columns } = WORDS[of];
  const toast = useToast();
  const run = useImportCsv(of);
  const styles = useStyles2(getStyles);
  const file = useRef<HTMLInputElement>(null);
  const [fileName, setFileName] = useState('');
  const [csv, setCsv] = useState('');
  const [preview, setPreview] = useState<{ readonly csv: string; readonly result: ImportResult } | null>(null);
  const isReady = preview !== null && preview.csv === csv && preview.result.faults.length === 0;

  async function readFile(chosen: File | undefined): Promise<void> {
    if (chosen !== undefined) {
      setFileName(chosen.name);
      setCsv(await chosen.text());
    }
  }

  function confirm(): void {
    if (!isReady) {
      run.mutate({ csv, dryRun: true }, { onSuccess: (result) => setPreview({ csv, result }) });
      return;
    }
    run.mutate({ csv, dryRun: false }, {
      onSuccess: (result) => {
        if (!result.applied) {
          setPreview({ csv, result });
          return;
        }
        toast.done(`${result.created.length} ${what} added, ${result.changed.length} changed`);
        onClose();
      },
    });
  }

  return (
    <DialogForm
      title={`Import ${of} from CSV`}
      confirmText={run.isPending ? 'Working…' : isReady ? 'Import' : 'Check'}
      canConfirm={csv.trim() !== '' && !run.isPending && !(preview?.csv === csv && !isReady)}
      error={run.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Field noMargin label="File" htmlFor="muster-import-file">
        <div>
          <input ref={file} id="muster-import-file" className={styles.file} type="file" accept=".csv,text/csv" tabIndex={-1} onChange={(event) => void readFile(event.currentTarget.files?.[0])} />
          <Button type="button" variant="secondary" icon="upload" onClick={() => file.current?.click()}>
            Choose a file
          </Button>
          <span className={styles.name}>{fileName}</span>
        </div>
      </Field>
      <Field noMargin label="or text" description={columns}>
        <TextArea id="muster-import-text" rows={8} placeholder={example} value={csv} onChange={(event) => setCsv(event.currentTarget.value)} />
      </Field>
      {csv === '' && (
        <div>
          <Button type="button" size="sm" variant="secondary" fill="text" onClick={() => setCsv(example)}>
            Begin with an example
          </Button>
        </div>
      )}
      {preview !== null && preview.csv === csv && <Preview result={preview.result} />}
    </DialogForm>
  );
}

function Preview({ result: { created, changed, unchanged, faults } }: { result: ImportResult }) {
  const styles = useStyles2(getStyles);
  if (faults.length > 0) {
    return (
      <Alert severity="error" title={`${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}: nothing would be imported`}>
        <ul className={styles.list} data-testid={testIds.services.importFaults}>
          {faults.slice(0, SHOWN_FAULTS).map(({ row, column, message }, index) => (
            <li key={index}>
              Row {row}
              {column === null ? '' : `, column ${column}`}: {message}
            </li>
          ))}
          {faults.length > SHOWN_FAULTS && <li>and {faults.length - SHOWN_FAULTS} more</li>}
        </ul>
      </Alert>
    );
  }
  return (
    <Alert severity="info" title={`${created.length} would be added, ${changed.length} changed, ${unchanged} stay as they are`}>
      <Stack direction="column" gap={0.5}>
        {created.length > 0 && <span className={styles.names}>Added: {namesOf(created)}</span>}
        {changed.slice(0, SHOWN_NAMES).map(({ name, fields }) => (
          <span key={name} className={styles.names}>
            Changed: {name} ({fields.join(', ')})
          </span>
        ))}
        {changed.length > SHOWN_NAMES && <span>and {changed.length - SHOWN_NAMES} more changed</span>}
      </Stack>
    </Alert>
  );
}

/** An inventory has more names than anybody reads. */
function namesOf(names: readonly string[]): string {
  const more = names.length - SHOWN_NAMES;
  return `${names.slice(0, SHOWN_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  // Grafana's own styles leave nothing of it to be seen; the button stands for it
  file: css({ display: 'none' }),
  name: css({ marginLeft: theme.spacing(1), overflowWrap: 'anywhere' }),
  list: css({ margin: theme.spacing(0, 0, 0, 2) }),
  names: css({ overflowWrap: 'anywhere' }),
});
