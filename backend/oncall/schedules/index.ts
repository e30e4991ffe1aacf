/** On-call schedules: who is on call when. */
export { createSchedules, type Schedules, type SchedulesDeps } from './schedules.ts';
export type { KnownPerson, OpenIncident, PersonalNotice, SchedulePorts } from './ports.ts';
export { shiftsBetween, whoIsOnCall, type OverrideSpan, type ResolvedShift, type WholeSchedule } from './resolve.ts';
export { provisionSchedules } from './provisioning.ts';
export type { ScheduleOperation } from './routes.ts';
export { SCHEDULE_SEALED_COLUMNS } from './feed.ts';
export { refreshCalendars } from './calendarRefresh.ts';
export { addressPurpose } from './calendarStore.ts';
