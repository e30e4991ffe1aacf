import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Combobox, Field, IconButton, useStyles2 } from '@grafana/ui';
import { COMPONENT_STATES, type ComponentStatus } from '#contract';
import { COMPONENT_WORDS } from '../../model/comms.ts';

interface Props {
  /** Business services to choose from. */
  names: readonly string[];
  value: readonly ComponentStatus[];
  onChange: (value: readonly ComponentStatus[]) => void;
}

const STATES = COMPONENT_STATES.filter((state) => state !== 'under_maintenance').map((state) => ({ value: state, label: COMPONENT_WORDS[state] }));

/** How business services are, as the status page is to show them. */
export function ComponentFields({ names, value, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const others = names.filter((name) => !value.some((one) => one.name === name));
  return (
    <Field noMargin label="On the status page" description={names.length === 0 ? 'There are no business services yet. They stand on the page Services.' : 'What customers see of each business service.'}>
      <div className={styles.list} role="group" aria-label="Business services on the status page">
        {value.map((one) => (
          <div key={one.name} className={styles.row}>
            <span className={styles.name}>{one.name}</span>
            <Combobox
              aria-label={`State of ${one.name}`}
              width={24}
              options={STATES}
              value={one.state}
              onChange={({ value: state }) => onChange(value.map((other) => (other.name === one.name ? { ...other, state } : other)))}
            />
            <IconButton name="trash-alt" tooltip={`Leave ${one.name} out`} onClick={() => onChange(value.filter((other) => other.name !== one.name))} />
          </div>
        ))}
        {others.length > 0 && (
          <Combobox
            aria-label="Add a business service"
            placeholder="Add a business service"
            options={others.map((name) => ({ value: name, label: name }))}
            value={null}
            onChange={({ value: name }) => onChange([...value, { name, state: 'degraded_performance' }])}
          />
        )}
      </div>
    </Field>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  name: css({ flex: '1 1 120px', minWidth: 0, overflowWrap: 'anywhere' }),
});
