/** What an error means for the person before the page, and what to do about it. */
import type { ApiError } from './apiError.ts';

/** The stretch between browser and service on which a call failed. */
export type FailedHop = 'browser' | 'grafana' | 'proxy' | 'service';

export interface ErrorAdvice {
  readonly title: string;
  readonly advice: string;
  readonly hop: FailedHop;
  /** Whether the way to the service is at fault, so that the configuration page is the place to go. */
  readonly isConnection: boolean;
}

export function adviseOn(error: ApiError): ErrorAdvice {
  switch (error.code) {
    case 'offline':
      return at('browser', 'Grafana is out of reach', 'Check your network. This page tries again by itself.');
    case 'signed_out':
      return at('grafana', 'You are signed out', 'Sign in to Grafana again and come back to this page.');
    case 'not_configured':
      return connection(
        'grafana',
        'Muster is not connected yet',
        'Enable the app and set the address of the Muster service on the configuration page.'
      );
    case 'unreachable':
      return connection(
        'proxy',
        'The Muster service cannot be reached',
        'Grafana gets no answer at the configured address. Check that the service runs, that the address is right as seen from the Grafana server, and that no firewall lies between.'
      );
    case 'unauthenticated':
      return connection(
        'service',
        'The Muster service does not accept this Grafana',
        `${error.detail} Check the service token on the configuration page, and that Grafana sends signed identity tokens.`
      );
    case 'not_allowed':
      return at('service', 'You have no access to this', 'Ask an administrator of Muster for a role that allows it.');
    case 'not_found':
      return at('service', 'Not found', error.detail);
    case 'conflict':
      return at('service', 'Not possible now', error.detail);
    case 'version_mismatch':
    case 'precondition_required':
      return at('service', 'Changed meanwhile', error.detail);
    case 'invalid_input':
      return at('service', 'The service did not accept this', faults(error));
    case 'too_large':
      return at('service', 'Too large', error.detail);
    case 'overloaded':
    case 'unavailable':
      return at('service', 'The Muster service is busy', `${error.detail} Try again in a moment.`);
    case 'unexpected_answer':
      return at('service', 'Plugin and service do not fit together', error.detail);
    case 'internal':
      return at('service', 'Something went wrong in the Muster service', withRequest(error));
    case 'cancelled':
      return at('browser', 'Cancelled', error.detail);
  }
}

function at(hop: FailedHop, title: string, advice: string): ErrorAdvice {
  return { hop, title, advice, isConnection: false };
}

function connection(hop: FailedHop, title: string, advice: string): ErrorAdvice {
  return { hop, title, advice, isConnection: true };
}

/** Where in the request a field stands is nothing to whoever filled a form. */
const OF_REQUEST = /^(?:body|query|params)\./;

function faults(error: ApiError): string {
  return error.fields.length === 0
    ? error.detail
    : error.fields.map(({ field, message }) => (field === '' ? message : `${field.replace(OF_REQUEST, '')}: ${message}`)).join('; ');
}

function withRequest(error: ApiError): string {
  return error.requestId === null ? error.detail : `${error.detail} Its log has the details under request ${error.requestId}.`;
}
