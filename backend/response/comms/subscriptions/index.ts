/** Subscriptions: of people of Grafana, and of those outside. */
export { createFanoutWatch, type FanoutWatch } from './fanoutWatch.ts';
export { createPageForms } from './forms.ts';
export { createSubscriptionHandlers, type SubscriptionOperation } from './subscriptionService.ts';
