import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, TextLink, useStyles2 } from '@grafana/ui';
import type { FieldDefinition, FieldValue, Incident, IncidentTypes } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { FieldsDialog } from './FieldsDialog.tsx';

function shown(field: FieldDefinition, value: FieldValue | undefined) {
  if (value === undefined || value === '') return '–';
  if (field.kind === 'boolean') return value === true ? 'Yes' : 'No';
  if (field.kind === 'link' && typeof value === 'string') {
    return (
      <TextLink href={value} external inline>
        {value}
      </TextLink>
    );
  }
  return String(value);
}

/** Type and custom fields. */
export function FieldsBlock({ incident, types }: { incident: Incident; types: IncidentTypes['types'] }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const [editing, setEditing] = useState(false);
  const type = types.find(({ id }) => id === incident.type) ?? types[0];
  const needed = new Set(incident.availableCommands.flatMap(({ missingFields }) => missingFields));
  return (
    <div className={styles.stack}>
      {types.length > 1 && <div>{type?.name}</div>}
      <dl className={styles.list}>
        {type?.fields.map((field) => (
          <div key={field.key} className={styles.pair}>
            <dt className={styles.dim}>{field.label}</dt>
            <dd className={styles.value}>
              {shown(field, incident.fields[field.key])}
              {needed.has(field.label) && <span className={styles.needed}> needed next</span>}
            </dd>
          </div>
        ))}
      </dl>
      {can('setIncidentFields') && incident.state !== 'duplicate' && (
        <div>
          <Button size="sm" variant="secondary" icon="pen" onClick={() => setEditing(true)}>
            Edit fields
          </Button>
        </div>
      )}
      {editing && <FieldsDialog incident={incident} types={types} onClose={() => setEditing(false)} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  dim: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
  list: css({ margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), '&:empty': { display: 'none' } }),
  pair: css({ display: 'flex', justifyContent: 'space-between', gap: theme.spacing(2) }),
  value: css({ margin: 0, minWidth: 0, overflowWrap: 'anywhere', textAlign: 'right' }),
  needed: css({ color: theme.colors.warning.text }),
});
