import { useMemo } from 'react';
import { PanelOptionsEditorBuilder, type PanelPlugin } from '@grafana/data';
import { Drawer, Field } from '@grafana/ui';
import { get, set, cloneDeep } from 'lodash';

export type PanelOptions = Record<string, unknown>;

interface Props {
  plugin: PanelPlugin;
  options: PanelOptions;
  onChange: (options: PanelOptions) => void;
  onClose: () => void;
}

/** The options that a panel declares, with an editor for each. */
export function PanelOptionsDrawer({ plugin, options, onChange, onClose }: Props) {
  const items = useMemo(() => {
    const builder = new PanelOptionsEditorBuilder();
    const context = { data: [], options };
    plugin.getPanelOptionsSupplier()(builder, context);
    return builder.getItems();
  }, [plugin, options]);

  return (
    <Drawer title={`${plugin.meta.name}: options`} size="sm" onClose={onClose}>
      {items
        .filter((item) => item.showIf?.(options, [], []) ?? true)
        .map((item) => {
          const inputId = `panel-option-${item.id}`;
          return (
            <Field key={item.id} label={item.name} description={item.description} htmlFor={inputId}>
              <item.editor
                id={inputId}
                item={item}
                value={get(options, item.path)}
                onChange={(value: unknown) => onChange(set(cloneDeep(options), item.path, value))}
                context={{ data: [], options }}
              />
            </Field>
          );
        })}
    </Drawer>
  );
}
