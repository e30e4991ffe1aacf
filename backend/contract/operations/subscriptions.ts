/** Operations on subscriptions. */
import { op } from '../operation.ts';
import { okBody } from '../primitives.ts';
import { bySubscriber, mySubscription, putMySubscriptionBody, subscriberPage, subscriberQuery } from '../subscriptions.ts';

export const subscriptionOperations = {
  getMySubscription: op({ method: 'get', path: '/my-subscription', summary: 'Of which incidents I am told', tag: 'Communication', response: mySubscription }),
  putMySubscription: op({
    method: 'put', path: '/my-subscription', summary: 'Say of which incidents I want to be told; without audiences: of none', tag: 'Communication', body: putMySubscriptionBody, response: mySubscription, ifMatch: 'required',
  }),
  listSubscribers: op({ method: 'get', path: '/subscribers', summary: 'Who is told of incidents, the newest first', tag: 'Communication', query: subscriberQuery, response: subscriberPage }),
  removeSubscriber: op({ method: 'delete', path: '/subscribers/{id}', summary: 'Tell somebody nothing more', tag: 'Communication', params: bySubscriber, response: okBody }),
} as const;
