import { css } from '@emotion/css';
import { RadioButtonGroup } from '@grafana/ui';

interface Props<T extends string> {
  label: string;
  options: readonly T[];
  labels: Readonly<Record<T, string>>;
  value: T;
  onChange: (value: T) => void;
  size?: 'sm' | 'md';
}

/** One of a few, side by side. Where there is no room they go on in a second row; the group itself would cut the words to letters. */
export function Choice<T extends string>({ label, options, labels, value, onChange, size = 'md' }: Props<T>) {
  return (
    <div className={frame}>
      <RadioButtonGroup
        aria-label={label}
        size={size}
        options={options.map((option) => ({ value: option, label: labels[option] }))}
        value={value}
        onChange={onChange}
      />
    </div>
  );
}

const frame = css({ maxWidth: '100%', '& > div': { flexWrap: 'wrap', maxWidth: '100%', height: 'auto' }, '& label': { whiteSpace: 'nowrap', '@media (max-width: 400px)': { padding: '0 8px' } } });
