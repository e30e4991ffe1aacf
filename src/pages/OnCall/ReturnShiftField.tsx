import { Combobox, Field } from '@grafana/ui';
import { useState } from 'react';
import type { SwapBody, UserKey } from '#contract';
import { useShifts } from '../../api/useOnCall.ts';
import { spanText } from './shiftWords.ts';

const HOUR_MS = 3_600_000;
const AHEAD_MS = 60 * 24 * HOUR_MS;
const MOST = 30;

interface Props {
  scheduleId: string;
  asked: UserKey;
  value: SwapBody['inReturn'];
  onChange: (value: SwapBody['inReturn']) => void;
}

/** One of the next shifts of whoever is asked, to take over in return. */
export function ReturnShiftField({ scheduleId, asked, value, onChange }: Props) {
  const [fromMs] = useState(() => Math.ceil(Date.now() / HOUR_MS) * HOUR_MS);
  const shifts = useShifts(scheduleId, new Date(fromMs).toISOString(), new Date(fromMs + AHEAD_MS).toISOString());
  const theirs = (shifts.data?.shifts ?? []).filter(({ users }) => users.includes(asked)).slice(0, MOST);
  return (
    <Field
      noMargin label="In return I take" htmlFor="muster-swap-return"
      description={shifts.data !== undefined && theirs.length === 0 ? 'They have no shift on this schedule within 60 days' : 'One of their next shifts, if you like'}
    >
      <Combobox
        id="muster-swap-return" options={[{ value: '', label: 'Nothing' }, ...theirs.map((shift) => ({ value: shift.startsAt, label: spanText(shift) }))]} value={value?.startsAt ?? ''}
        onChange={({ value: chosen }) => {
          const shift = theirs.find(({ startsAt }) => startsAt === chosen);
          onChange(shift === undefined ? null : { startsAt: shift.startsAt, endsAt: shift.endsAt });
        }}
      />
    </Field>
  );
}
