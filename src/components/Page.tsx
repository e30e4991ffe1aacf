import type { ReactNode } from 'react';
import type { NavModelItem } from '@grafana/data';
import { PluginPage } from '@grafana/runtime';
import { Stack } from '@grafana/ui';
import { LiveBadge } from './LiveBadge.tsx';

interface Props {
  pageNav?: NavModelItem;
  actions?: ReactNode;
  subTitle?: ReactNode;
  testId: string;
  children: ReactNode;
}

/** Grafana's page frame, with the state of the live stream in its corner. */
export function Page({ pageNav, actions, subTitle, testId, children }: Props) {
  return (
    <PluginPage
      {...(pageNav === undefined ? {} : { pageNav })}
      {...(subTitle === undefined ? {} : { subTitle })}
      actions={
        <Stack gap={2} alignItems="center" wrap="wrap">
          <LiveBadge />
          {actions}
        </Stack>
      }
    >
      <div data-testid={testId}>{children}</div>
    </PluginPage>
  );
}
