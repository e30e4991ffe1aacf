import { Combobox, Field } from '@grafana/ui';
import { useIncidentList } from '../../api/useIncidents.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { STATE_LABELS } from '../../model/states.ts';

interface Props {
  id: string;
  /** The incident that one comes from. */
  except: number;
  value: number | null;
  onChange: (number: number) => void;
}

/** Chooses another open incident. */
export function OpenIncidentField({ id, except, value, onChange }: Props) {
  const open = useIncidentList({ phase: 'open', sort: 'newest', limit: 200 });
  return (
    <QueryView query={open}>
      {({ items }) => {
        const options = items
          .filter(({ number }) => number !== except)
          .map(({ number, key, title, state }) => ({ value: Number(number), label: `${key} ${title}`, description: STATE_LABELS[state] }));
        return options.length === 0 ? (
          <span>There is no other open incident.</span>
        ) : (
          <Field noMargin required label="Into" htmlFor={id}>
            <Combobox id={id} options={options} value={value} onChange={(option) => onChange(option.value)} placeholder="Choose an open incident" />
          </Field>
        );
      }}
    </QueryView>
  );
}
