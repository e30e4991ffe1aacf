/** Links that Muster adds to Grafana's own pages: each opens the declare form with where one came from. */
import { PluginExtensionPoints, type PluginExtensionAddedLinkConfig } from '@grafana/data';
import { z } from 'zod';
import { severity } from '#contract';
import { paths } from './paths.ts';
import { toSearch, type DeclarePrefill } from './model/declarePrefill.ts';

const panelContext = z.object({
  id: z.number(),
  title: z.string(),
  dashboard: z.object({ uid: z.string(), title: z.string() }),
});

const strings = z.record(z.string(), z.string());
const alertContext = z.object({
  rule: z.object({ name: z.string() }).partial().optional(),
  instance: z.object({ labels: strings, annotations: strings }).partial().optional(),
});

function formAt(prefill: DeclarePrefill): string {
  return `${paths.now}?${toSearch(prefill)}`;
}

/** The panel as it is looked at. */
export function prefillOfPanel(context: unknown): DeclarePrefill | null {
  const panel = panelContext.safeParse(context);
  if (!panel.success) return null;
  const { id, title, dashboard } = panel.data;
  return {
    title: title === '' ? dashboard.title : `${dashboard.title}: ${title}`,
    links: [{ title: `Panel ${title || id} of ${dashboard.title}`.slice(0, 200), url: `/d/${encodeURIComponent(dashboard.uid)}?viewPanel=${id}` }],
  };
}

/** An alert instance or a rule of Grafana Alerting; its shape differs between versions. */
export function prefillOfAlert(context: unknown): DeclarePrefill | null {
  const alert = alertContext.safeParse(context);
  if (!alert.success) return null;
  const { rule, instance } = alert.data;
  const labels = instance?.labels ?? {};
  const grave = severity.safeParse(labels['severity']);
  const service = labels['service'];
  const name = instance?.annotations?.['summary'] ?? labels['alertname'] ?? rule?.name;
  return {
    ...(name === undefined ? {} : { title: name }), ...(grave.success ? { severity: grave.data } : {}), services: service === undefined ? [] : [service],
  };
}

const TITLE = 'Declare incident';

/** All of them; plugin.json declares each with the same title and targets. */
export const ADDED_LINKS: readonly PluginExtensionAddedLinkConfig[] = [
  {
    title: TITLE, description: 'Declare an incident in Muster, with this panel', targets: [PluginExtensionPoints.DashboardPanelMenu], icon: 'fire', path: paths.now,
    configure: (context) => {
      const prefill = prefillOfPanel(context);
      return prefill === null ? undefined : { path: formAt(prefill) };
    },
  },
  {
    title: TITLE, description: 'Declare an incident in Muster, with this query', targets: [PluginExtensionPoints.ExploreToolbarAction], icon: 'fire', path: paths.now,
    configure: () => ({ path: formAt({ links: [{ title: 'Explore', url: `${window.location.pathname}${window.location.search}` }] }) }),
  },
  {
    title: TITLE, description: 'Declare an incident in Muster, for this alert', targets: [PluginExtensionPoints.AlertInstanceAction, 'grafana/alerting/alertingrule/action'], icon: 'fire', path: paths.now,
    configure: (context) => ({ path: formAt(prefillOfAlert(context) ?? {}) }),
  },
];
