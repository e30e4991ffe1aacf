import { useState } from 'react';
import { Button, ConfirmModal, Stack, useStyles2 } from '@grafana/ui';
import type { EscalationPolicy } from '#contract';
import { useNames } from '../../api/useAccess.ts';
import { useChannels } from '../../api/useChannels.ts';
import { useCan } from '../../api/useMe.ts';
import { useDeletePolicy, usePolicies } from '../../api/useMobilisation.ts';
import { useSchedules } from '../../api/useOnCall.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { startWords, stepWords, type StepNames } from '../../model/mobilisation.ts';
import { roleName } from '../../model/roleNames.ts';
import { testIds } from '../../testIds.ts';
import { getListStyles } from '../Settings/listStyles.ts';
import { PolicyDialog } from './PolicyDialog.tsx';

/** Who is called in which order until somebody answers. */
export function PoliciesTab() {
  const styles = useStyles2(getListStyles);
  const can = useCan();
  const toast = useToast();
  const policies = usePolicies();
  const users = useNames({ enabled: can('listPeople') });
  const remove = useDeletePolicy();
  const [edited, setEdited] = useState<EscalationPolicy | 'new' | null>(null);
  const [doomed, setDoomed] = useState<EscalationPolicy | null>(null);
  const schedules = useSchedules({ enabled: can('listSchedules') });
  const channels = useChannels({ enabled: can('listChannels') });
  const names: StepNames = {
    user: (key) => users.data?.find((user) => user.key === key)?.name ?? key,
    schedule: (id) => schedules.data?.find((one) => one.id === id || one.provisionedAs === id)?.name ?? id,
    channel: (id) => channels.data?.find((one) => one.id === id)?.name ?? id,
  };

  return (
    <section>
      <Stack gap={2} alignItems="center" wrap="wrap">
        <h3 className={styles.title}>Escalation policies</h3>
        {can('createPolicy') && (
          <Button size="sm" variant="secondary" icon="plus" onClick={() => setEdited('new')}>
            Add policy
          </Button>
        )}
      </Stack>
      <p className={styles.dim}>Steps are gone through until somebody answers. What is under way goes on as it began, whatever is changed here.</p>
      <QueryView query={policies} loading={<Skeleton rows={3} height={72} />}>
        {(items) =>
          items.length === 0 ? (
            <span className={styles.dim}>None yet. Without a policy that starts by itself, nobody is called when an incident is declared.</span>
          ) : (
            <ul className={styles.list} aria-label="Escalation policies">
              {items.map((policy) => (
                <li key={policy.id} className={styles.row} data-testid={testIds.onCall.policy}>
                  <div className={styles.words}>
                    <strong>{policy.name}</strong>
                    <div className={styles.dim}>
                      {startWords(policy)}
                      {policy.role === null ? '' : `. Whoever answers is ${roleName(policy.role).toLowerCase()}`}
                    </div>
                    <ol className={styles.steps}>
                      {policy.steps.map((step, index) => (
                        <li key={index} className={styles.dim}>
                          {stepWords(step, names)}
                        </li>
                      ))}
                    </ol>
                    {policy.provisioned && <div className={styles.dim}>Kept in escalation.yaml</div>}
                  </div>
                  {can('putPolicy') && !policy.provisioned && (
                    <Button size="sm" variant="secondary" aria-label={`Change ${policy.name}`} onClick={() => setEdited(policy)}>
                      Change
                    </Button>
                  )}
                  {can('deletePolicy') && !policy.provisioned && (
                    <Button size="sm" variant="secondary" fill="outline" aria-label={`Delete ${policy.name}`} onClick={() => setDoomed(policy)}>
                      Delete
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      {edited !== null && <PolicyDialog policy={edited === 'new' ? null : edited} taken={(policies.data ?? []).map(({ id }) => id)} onClose={() => setEdited(null)} />}
      {doomed !== null && (
        <ConfirmModal
          isOpen
          title={`Delete ${doomed.name}`}
          body="Nobody is called by it any more. What is under way goes on."
          confirmText="Delete"
          onDismiss={() => setDoomed(null)}
          onConfirm={() =>
            remove.mutate(
              { id: doomed.id, version: doomed.version },
              { onSuccess: () => toast.done(`Deleted: ${doomed.name}`), onError: (error) => toast.failed(error), onSettled: () => setDoomed(null) }
            )
          }
        />
      )}
    </section>
  );
}
