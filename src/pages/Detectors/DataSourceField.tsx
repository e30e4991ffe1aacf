import { Combobox, Field, Input } from '@grafana/ui';
import { useDataSources } from '../../hooks/useDataSources.ts';

interface Props {
  /** Only those of this type; null: all that can be asked. */
  type: string | null;
  /** UID; empty: none is chosen. */
  value: string;
  onChange: (uid: string) => void;
}

const ALLOWED = 'The service account of Muster must be allowed to ask it.';

/** Which data source of Grafana is asked: chosen by its name, or typed by its UID where Grafana lists none. */
export function DataSourceField({ type, value, onChange }: Props) {
  const sources = useDataSources(type);
  if (sources === null || sources.length === 0) {
    const why = sources === null ? '' : `Grafana lists no data source ${type === null ? 'that can be asked' : `of the type ${type}`} to you. `;
    return (
      <Field noMargin required label="UID of the data source" description={`${why}As in the address of its settings. ${ALLOWED}`}>
        <Input id="muster-detector-datasource" maxLength={200} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
      </Field>
    );
  }
  const isListed = value === '' || sources.some(({ uid }) => uid === value);
  return (
    <Field noMargin required label="Data source" description={`${isListed ? 'One that is not listed can be typed by its UID.' : 'Grafana does not list this one to you.'} ${ALLOWED}`}>
      <Combobox
        id="muster-detector-datasource" placeholder="Choose a data source, or type its UID" createCustomValue
        options={sources.map(({ uid, name, type: is }) => ({ value: uid, label: name, description: `${is} · ${uid}` }))}
        value={value === '' ? null : value} onChange={(chosen: { value: string } | null | undefined) => chosen != null && onChange(chosen.value.trim())}
      />
    </Field>
  );
}
