import { PanelPlugin } from '@grafana/data';
import { DEFAULT_OPTIONS, type RunbooksPanelOptions } from './options.ts';
import { RunbooksPanel } from './RunbooksPanel.tsx';

export const plugin = new PanelPlugin<RunbooksPanelOptions>(RunbooksPanel).setPanelOptions((builder) =>
  builder
    .addTextInput({
      path: 'variable',
      name: 'Variable of the service',
      description: 'Name of the dashboard variable that says which service is looked at.',
      defaultValue: DEFAULT_OPTIONS.variable,
    })
    .addBooleanSwitch({
      path: 'general',
      name: 'Show those for any service',
      description: 'Runbooks that name no service.',
      defaultValue: DEFAULT_OPTIONS.general,
    })
);
