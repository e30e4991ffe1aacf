/** People as they are reached, and teams. */
export { createPeople, teamMembers, type People, type PeopleDeps } from './people.ts';
export { ANY_CHANNEL, type ChannelPort, type CodeToSend, type GrafanaCalls, type SendTest } from './ports.ts';
export { planContacts, type PersonContacts, type PlannedHop } from './plan.ts';
export { contactsOnChannel } from './channelUse.ts';
export { isNight, isQuiet } from './quiet.ts';
export type { Reach } from './reach.ts';
export type { ContactOperation } from './contacts.ts';
export type { TeamOperation } from './teams.ts';
