import { PanelPlugin } from '@grafana/data';
import { IncidentListPanel, type IncidentListOptions } from './IncidentListPanel.tsx';

export const plugin = new PanelPlugin<IncidentListOptions>(IncidentListPanel).setPanelOptions((builder) =>
  builder.addNumberInput({
    path: 'limit',
    name: 'Incidents shown',
    defaultValue: 20,
    settings: { min: 1, max: 100, integer: true },
  })
);
