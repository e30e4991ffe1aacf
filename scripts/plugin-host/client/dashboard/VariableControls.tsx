import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { Combobox, InlineLabel, useStyles2 } from '@grafana/ui';
import { selectedOf, VARIABLES } from './dashboardState.ts';

/** A control for each variable of the dashboard; what is chosen goes into the address. */
export function VariableControls({ search }: { search: URLSearchParams }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.controls}>
      {VARIABLES.map((variable) => {
        const id = `var-${variable.name}`;
        const [value = '$__all'] = selectedOf(variable, search);
        return (
          <div key={variable.name} className={styles.control}>
            <InlineLabel htmlFor={id} width="auto">
              {variable.label}
            </InlineLabel>
            <Combobox
              id={id}
              value={value === '$__all' ? { value, label: 'All' } : value}
              options={[{ value: '$__all', label: 'All' }, ...variable.values.map((option) => ({ value: option, label: option }))]}
              createCustomValue
              width={24}
              onChange={(option) => locationService.partial({ [id]: option.value })}
            />
          </div>
        );
      })}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  controls: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), flex: 1, minWidth: 0 }),
  control: css({ display: 'flex' }),
});
