import { Field, MultiCombobox } from '@grafana/ui';
import { useIncidentList } from '../../api/useIncidents.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { STATE_LABELS } from '../../model/states.ts';

interface Props {
  /** The incident that one comes from. */
  except: number;
  value: readonly number[];
  onChange: (numbers: readonly number[]) => void;
}

const NEWEST = 500;

/** Chooses other incidents, whether they are over or not. */
export function OtherIncidentsField({ except, value, onChange }: Props) {
  const all = useIncidentList({ phase: 'all', sort: 'newest', limit: NEWEST });
  return (
    <QueryView query={all}>
      {({ items }) => {
        const options = items
          .filter(({ number }) => number !== except)
          .map(({ number, key, title, state }) => ({ value: Number(number), label: `${key} ${title}`, description: STATE_LABELS[state] }));
        return options.length === 0 ? (
          <span>There is no other incident.</span>
        ) : (
          <Field noMargin required label="It belongs together with" htmlFor="muster-judge-with">
            <MultiCombobox
              id="muster-judge-with"
              options={options}
              value={[...value]}
              onChange={(chosen) => onChange(chosen.map((option) => option.value))}
              placeholder="Choose incidents"
            />
          </Field>
        );
      }}
    </QueryView>
  );
}
