import { Field, MultiCombobox } from '@grafana/ui';
import type { UserKey } from '#contract';
import { useUsers } from '../api/useAccess.ts';
import { QueryView } from './QueryView.tsx';

interface Props {
  id: string;
  label: string;
  description: string;
  value: readonly UserKey[];
  onChange: (people: UserKey[]) => void;
  /** Those who must stay. */
  always?: readonly UserKey[];
  /** Those who are not to choose from. */
  without?: readonly UserKey[];
}

/** Chooses among the people that Muster has seen. */
export function PeopleField({ id, label, description, value, onChange, always = [], without = [] }: Props) {
  const users = useUsers();
  return (
    <QueryView query={users}>
      {(items) => (
        <Field noMargin label={label} description={description} htmlFor={id}>
          <MultiCombobox
            id={id}
            options={items
              .filter(({ key }) => !without.includes(key))
              .map(({ key, name, login, role }) => ({ value: String(key), label: name, description: `${login}, ${role}` }))}
            value={value.map(String)}
            onChange={(chosen) => {
              // In the order in which they were chosen: people take turns in it. Who was never here stays.
              const keys = chosen.flatMap((option) => items.find(({ key }) => key === option.value)?.key ?? value.find((key) => key === option.value) ?? []);
              onChange([...always.filter((key) => !keys.includes(key)), ...keys]);
            }}
            placeholder="Choose people"
          />
        </Field>
      )}
    </QueryView>
  );
}
