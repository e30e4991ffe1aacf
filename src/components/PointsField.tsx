import { fromPoints, toPoints } from '../model/points.ts';
import { NumberField } from './NumberField.tsx';

interface Props {
  id: string;
  label: string;
  description?: string;
  /** A share from 0 to 1; undefined: empty. */
  value: number | undefined;
  /** Undefined when it was emptied. */
  onChange: (share: number | undefined) => void;
  disabled: boolean;
}

/** A share from 0 to 1, read and written in points of 100. */
export function PointsField({ value, onChange, ...field }: Props) {
  return (
    <NumberField
      {...field}
      max={100}
      step={5}
      value={value === undefined ? undefined : toPoints(value)}
      onChange={(points) => onChange(points === undefined ? undefined : fromPoints(points))}
    />
  );
}
