/** What the page lends to plugins: the same instances that it uses itself, under the names that plugins ask for. */
import 'systemjs/dist/system.js';
import 'systemjs/dist/extras/amd.js';
import * as emotionCss from '@emotion/css';
import * as emotionReact from '@emotion/react';
import * as grafanaData from '@grafana/data';
import * as grafanaDataUnstable from '@grafana/data/unstable';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaRuntimeUnstable from '@grafana/runtime/unstable';
import * as grafanaUi from '@grafana/ui';
import * as grafanaUiUnstable from '@grafana/ui/unstable';
import i18next from 'i18next';
import lodash from 'lodash';
import moment from 'moment';
import * as react from 'react';
import * as reactDom from 'react-dom';
import * as reactDomClient from 'react-dom/client';
import * as reactJsxDevRuntime from 'react/jsx-dev-runtime';
import * as reactJsxRuntime from 'react/jsx-runtime';
import * as reactInlineSvg from 'react-inlinesvg';
import * as reactRouter from 'react-router';
import * as rxjs from 'rxjs';
import * as rxjsOperators from 'rxjs/operators';

/** CommonJS libraries: plugins get the library itself, as from an AMD `define`. */
const asDefault = (library: object): System.Module => ({ default: library, __useDefault: true });

// The namespace objects themselves, not copies: some of their exports change after start-up, such as PluginPage.
const MODULES: Record<string, System.Module> = {
  '@emotion/css': emotionCss,
  '@emotion/react': emotionReact,
  emotion: emotionCss,
  '@grafana/data': grafanaData,
  '@grafana/data/unstable': grafanaDataUnstable,
  '@grafana/runtime': grafanaRuntime,
  '@grafana/runtime/unstable': grafanaRuntimeUnstable,
  '@grafana/ui': grafanaUi,
  '@grafana/ui/unstable': grafanaUiUnstable,
  i18next: asDefault(i18next),
  lodash: asDefault(lodash),
  moment: asDefault(moment),
  react,
  'react-dom': reactDom,
  'react-dom/client': reactDomClient,
  'react/jsx-dev-runtime': reactJsxDevRuntime,
  'react/jsx-runtime': reactJsxRuntime,
  'react-inlinesvg': reactInlineSvg,
  'react-router': reactRouter,
  rxjs,
  'rxjs/operators': rxjsOperators,
};

/** Grafana also lends these, but the host does not carry them; the message says so instead of a failed download. */
const NOT_CARRIED = [
  'd3',
  'jquery',
  'prismjs',
  'react-redux',
  'redux',
  'slate',
  'slate-plain-serializer',
  '@grafana/slate-react',
];

export function shareModules(): void {
  const imports: Record<string, string> = {};
  for (const [name, module] of Object.entries(MODULES)) {
    imports[name] = `host:${name}`;
    System.set(`host:${name}`, module);
  }
  System.addImportMap({ imports });
}

/** Loads a built plugin module. */
export async function importModule(url: string): Promise<System.Module> {
  try {
    return await System.import(url);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const missing = NOT_CARRIED.find((name) => message.includes(`'${name}'`));
    if (missing === undefined) throw error;
    throw new Error(`The plugin asks for "${missing}", which Grafana shares but the plugin host does not carry.`, {
      cause: error,
    });
  }
}
