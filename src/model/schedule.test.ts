import { recurrenceText } from './schedule.ts';

test.each([
  ['FREQ=DAILY', 'every day'], ['FREQ=WEEKLY;BYDAY=SU', 'every week on Sunday'], ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'every week on Monday, Tuesday, Wednesday, Thursday, Friday'],
  ['FREQ=MONTHLY;BYDAY=-1SA', 'every month on the last Saturday'], ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO', 'every 2 weeks on Monday'],
  ['FREQ=MONTHLY;BYMONTHDAY=1', 'FREQ=MONTHLY;BYMONTHDAY=1'], ['FREQ=MONTHLY;BYDAY=5SU', 'FREQ=MONTHLY;BYDAY=5SU'],
])('cap 22: %s reads "%s"', (rule, text) => {
  expect(recurrenceText(rule)).toBe(text);
});
