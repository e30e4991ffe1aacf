// Parts of @grafana/runtime that its index does not export: Grafana sets these two when it starts.
declare module 'runtime-components/PluginPage.mjs' {
  import type { ComponentType } from 'react';
  import type { PluginPageProps } from '@grafana/runtime';
  export function setPluginPage(component: ComponentType<PluginPageProps>): void;
}

declare module 'runtime-components/PanelRenderer.mjs' {
  import type { ComponentType } from 'react';
  export function setPanelRenderer(renderer: ComponentType): void;
}

declare module 'systemjs/dist/system.js';
declare module 'systemjs/dist/extras/amd.js';
declare module '*.css';

// Version 4, behind locationService; its types are not among the dependencies. Only what the host uses.
declare module 'history' {
  export type Action = 'POP' | 'PUSH' | 'REPLACE';
  export type Path = string;
  export interface Location<State = unknown> {
    pathname: string;
    search: string;
    hash: string;
    state: State;
    key?: string;
  }
  export type LocationDescriptorObject<State = unknown> = Partial<Location<State>>;
  export type LocationDescriptor<State = unknown> = Path | LocationDescriptorObject<State>;
  export interface History<State = unknown> {
    length: number;
    action: Action;
    location: Location<State>;
    push(to: LocationDescriptor<State>, state?: State): void;
    replace(to: LocationDescriptor<State>, state?: State): void;
    createHref(to: LocationDescriptorObject<State>): string;
    go(delta: number): void;
    goBack(): void;
    goForward(): void;
    block(prompt?: unknown): () => void;
    listen(listener: (location: Location<State>, action: Action) => void): () => void;
  }
}
