import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Combobox, Field, Stack, TagsInput, useStyles2 } from '@grafana/ui';
import { mapping as mappingSchema, SEVERITIES, type Mapping, type ResponseOf } from '#contract';
import { isConflict } from '../../api/apiError.ts';
import { adviseOn } from '../../api/errorAdvice.ts';
import { usePutMapping, useMapping } from '../../api/useMapping.ts';
import { useCan } from '../../api/useMe.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { withLabels, type LabelField } from '../../model/mappingDraft.ts';
import { SEVERITY_LABELS } from '../../model/severities.ts';
import { SeverityValues } from './SeverityValues.tsx';
import { UnmappedValues } from './UnmappedValues.tsx';

type MappingDocument = ResponseOf<'getMapping'>;

export function MappingTab() {
  const mapping = useMapping();
  return (
    <QueryView query={mapping} loading={<Skeleton rows={5} height={40} />}>
      {(document) => <MappingEditor key={document.version} document={document} />}
    </QueryView>
  );
}

const LABEL_FIELDS: ReadonlyArray<{ field: LabelField; name: string; description: string }> = [
  { field: 'severityLabels', name: 'Severity', description: 'Labels that may hold the severity. The first one present wins.' },
  { field: 'serviceLabels', name: 'Service', description: 'Labels that may name the service.' },
  { field: 'teamLabels', name: 'Team', description: 'Labels that may name the team.' },
  { field: 'environmentLabels', name: 'Environment', description: 'Labels that may name the environment.' },
  { field: 'clusterLabels', name: 'Cluster', description: 'Labels that may name the cluster.' },
];

function MappingEditor({ document }: { document: MappingDocument }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const put = usePutMapping();
  const { version, provisioned, ...saved } = document;
  const [draft, setDraft] = useState<Mapping>(saved);
  const mayEdit = can('putMapping') && !provisioned;
  const isChanged = JSON.stringify(draft) !== JSON.stringify(saved);

  function save(next: Mapping): void {
    put.mutate(
      { version, body: next },
      {
        onSuccess: () => toast.done('Mapping saved. It holds for alerts from now on.'),
        onError: (error) => {
          if (isConflict(error)) {
            toast.failed(error);
          }
        },
      }
    );
  }

  return (
    <div className={styles.columns}>
      <div className={styles.main}>
        {provisioned && (
          <Alert severity="info" title="This mapping is provisioned">
            A file (mapping.yaml) says what it is. Change it there and restart Muster.
          </Alert>
        )}
        {put.error !== null && !isConflict(put.error) && (
          <Alert severity="error" title={adviseOn(put.error).title}>
            {adviseOn(put.error).advice}
          </Alert>
        )}
        <section className={styles.block}>
          <h3 className={styles.title}>Severity values</h3>
          <SeverityValues mapping={draft} canEdit={mayEdit} onChange={setDraft} />
          <Field noMargin label="Any other value" htmlFor="muster-default-severity">
            <Combobox
              id="muster-default-severity"
              disabled={!mayEdit}
              width={20}
              options={SEVERITIES.map((value) => ({ value, label: SEVERITY_LABELS[value] }))}
              value={draft.defaultSeverity}
              onChange={({ value }) => setDraft({ ...draft, defaultSeverity: value })}
            />
          </Field>
        </section>
        <section className={styles.block}>
          <h3 className={styles.title}>Labels</h3>
          {LABEL_FIELDS.map(({ field, name, description }) => (
            <Field key={field} noMargin label={name} description={description}>
              <TagsInput
                id={`muster-${field}`}
                disabled={!mayEdit}
                tags={draft[field]}
                onChange={(labels) => setDraft(withLabels(draft, field, labels))}
              />
            </Field>
          ))}
        </section>
        {mayEdit && (
          <Stack gap={1} wrap="wrap">
            <Button disabled={!isChanged || put.isPending || !mappingSchema.safeParse(draft).success} onClick={() => save(draft)}>
              Save mapping
            </Button>
            <Button variant="secondary" fill="outline" disabled={!isChanged} onClick={() => setDraft(saved)}>
              Discard changes
            </Button>
          </Stack>
        )}
      </div>
      <div className={styles.side}>
        <UnmappedValues mapping={saved} canEdit={mayEdit && !isChanged} busy={put.isPending} onMap={save} />
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  columns: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(3), alignItems: 'flex-start' }),
  main: css({ flex: '2 1 420px', minWidth: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(3) }),
  side: css({ flex: '1 1 300px', minWidth: 0 }),
  block: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  title: css({ ...theme.typography.h4, margin: 0 }),
});
