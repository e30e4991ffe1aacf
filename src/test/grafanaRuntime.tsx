/** Grafana as far as the pages need it: a page frame, its HTTP client, messages and the address. */
import type { ReactNode } from 'react';
import type { NavModelItem } from '@grafana/data';
import type { FakeBackend } from './fakeBackend.ts';

export const published: Array<{ type: string; payload: readonly string[] }> = [];

/** Data sources that Grafana lists to the user. */
export const dataSources: Array<{ uid: string; name: string; type: string; jsonData: { version?: string }; meta: { backend?: boolean; builtIn?: boolean } }> = [];

interface FrameProps {
  pageNav?: NavModelItem;
  subTitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

function PluginPage({ pageNav, subTitle, actions, children }: FrameProps) {
  return (
    <main>
      <h1>{pageNav?.text}</h1>
      {subTitle}
      {actions}
      {children}
    </main>
  );
}

export function runtimeWith(current: () => FakeBackend) {
  return {
    PluginPage,
    config: { appSubUrl: '', bootData: { user: { orgId: 1, id: 1 } } },
    getBackendSrv: () => ({ fetch: (asked: Parameters<FakeBackend['fetch']>[0]) => current().fetch(asked) }),
    getAppEvents: () => ({ publish: (event: (typeof published)[number]) => void published.push(event) }),
    getDataSourceSrv: () => ({ getList: ({ filter }: { filter: (one: (typeof dataSources)[number]) => boolean }) => dataSources.filter(filter) }),
    locationService: { push: jest.fn() },
  };
}
