/** What a declare form begins with when it is opened from somewhere: as parameters of the page's address. */
import { alertId, contextLink, severity, type AlertId, type AlertSummary, type ContextLink, type Severity } from '#contract';

export interface DeclarePrefill {
  readonly title?: string;
  readonly severity?: Severity;
  readonly services?: readonly string[];
  readonly alerts?: readonly AlertId[];
  readonly links?: readonly ContextLink[];
}

const PARAMETERS = ['declare', 'declareTitle', 'declareSeverity', 'declareService', 'declareAlert', 'declareLink', 'declareLinkTitle'] as const;

/** The address parameters of a form to be opened. */
export function toSearch(prefill: DeclarePrefill): string {
  const search = new URLSearchParams({ declare: '1' });
  if (prefill.title !== undefined) search.set('declareTitle', prefill.title.slice(0, 200));
  if (prefill.severity !== undefined) search.set('declareSeverity', prefill.severity);
  for (const service of prefill.services ?? []) search.append('declareService', service);
  for (const alert of prefill.alerts ?? []) search.append('declareAlert', alert);
  for (const link of prefill.links ?? []) {
    search.append('declareLink', link.url);
    search.append('declareLinkTitle', link.title);
  }
  return search.toString();
}

/** What the address asks for; null when it asks for no form. What cannot be is left out. */
export function fromSearch(search: URLSearchParams): DeclarePrefill | null {
  if (!search.has('declare')) return null;
  const title = search.get('declareTitle');
  const grave = severity.safeParse(search.get('declareSeverity'));
  const titles = search.getAll('declareLinkTitle');
  return {
    ...(title === null ? {} : { title: title.slice(0, 200) }),
    ...(grave.success ? { severity: grave.data } : {}),
    services: search.getAll('declareService').filter((service) => service.trim() !== ''),
    alerts: search.getAll('declareAlert').flatMap((id) => {
      const known = alertId.safeParse(id);
      return known.success ? [known.data] : [];
    }),
    links: search.getAll('declareLink').flatMap((url, index) => {
      const link = contextLink.safeParse({ url, title: titles[index] ?? url.slice(0, 200) });
      return link.success ? [link.data] : [];
    }),
  };
}

/** The address without the form. */
export function withoutPrefill(search: URLSearchParams): URLSearchParams {
  const rest = new URLSearchParams(search);
  for (const name of PARAMETERS) rest.delete(name);
  return rest;
}

/** A form for one alert. */
export function prefillOf(alert: AlertSummary): DeclarePrefill {
  return {
    title: `${alert.service === null ? '' : `${alert.service}: `}${alert.name}`.slice(0, 200), severity: alert.severity,
    services: alert.service === null ? [] : [alert.service], alerts: [alert.id],
  };
}
