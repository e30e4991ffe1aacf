import { createContext, useContext } from 'react';
import type { NavModel } from '@grafana/data';
import type { PluginPageProps } from '@grafana/runtime';
import { homeNav } from '../nav.ts';
import { Page } from './Page.tsx';

/** The section of the menu that the plugin's pages stand in. */
export const PluginNavContext = createContext<NavModel>(homeNav);

/** What plugins get as `PluginPage`. */
export function HostPluginPage(props: PluginPageProps) {
  return <Page navModel={useContext(PluginNavContext)} {...props} />;
}
