import { PanelPlugin } from '@grafana/data';
import { SEVERITIES } from '#contract';
import { PHASE_LABELS } from '../../model/incidentFilter.ts';
import { SEVERITY_LABELS } from '../../model/severities.ts';
import { IncidentListPanel } from './IncidentListPanel.tsx';
import { DEFAULT_OPTIONS, type IncidentListOptions } from './options.ts';

const PHASES = ['open', 'active', 'candidate', 'done', 'all'] as const;

export const plugin = new PanelPlugin<IncidentListOptions>(IncidentListPanel).setPanelOptions((builder) =>
  builder
    .addRadio({
      path: 'phase',
      name: 'Phase',
      defaultValue: DEFAULT_OPTIONS.phase,
      settings: { options: PHASES.map((value) => ({ value, label: PHASE_LABELS[value] })) },
    })
    .addMultiSelect({
      path: 'severities',
      name: 'Severities',
      description: 'None chosen shows all.',
      settings: { options: SEVERITIES.map((value) => ({ value, label: SEVERITY_LABELS[value] })) },
    })
    .addTextInput({
      path: 'service',
      name: 'Service',
      description: 'Dashboard variables work here, for example $service.',
      defaultValue: DEFAULT_OPTIONS.service,
    })
    .addNumberInput({
      path: 'limit',
      name: 'Incidents shown',
      defaultValue: DEFAULT_OPTIONS.limit,
      settings: { min: 1, max: 100, integer: true },
    })
);
