import { Badge } from '@grafana/ui';
import type { ReactNode } from 'react';
import type { ImportRemark, UserRef } from '#contract';
import { testIds } from '../../testIds.ts';

/** What an import found: whom, and what could not be carried over. */
export function ImportReport({ summary, people, remarks, children }: { summary: string; children?: ReactNode; people: readonly { readonly name: string; readonly user: UserRef | null }[]; remarks: readonly ImportRemark[] }) {
  return (
    <div data-testid={testIds.onCall.report} aria-live="polite" style={{ overflowWrap: 'anywhere' }}>
      <p>{summary}</p>
      {children}
      {people.length > 0 && <ul>{people.map(({ name, user }) => <li key={name}>{name}: {user === null ? <Badge color="orange" text="nobody here" /> : user.name}</li>)}</ul>}
      {remarks.length > 0 && (
        <>
          <strong>Not carried over as it is</strong>
          <ul>{remarks.map(({ subject, message }, index) => <li key={index}>{subject}: {message}</li>)}</ul>
        </>
      )}
    </div>
  );
}
