import { useState } from 'react';
import { Button, ConfirmModal, Stack, useStyles2 } from '@grafana/ui';
import type { Team } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useDeleteTeam, useSyncTeam, useTeams } from '../../api/usePeople.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';
import { getListStyles } from './listStyles.ts';
import { TeamDialog } from './TeamDialog.tsx';

/** Teams that are called, with their members. */
export function TeamsTab() {
  const styles = useStyles2(getListStyles);
  const can = useCan();
  const toast = useToast();
  const teams = useTeams();
  const remove = useDeleteTeam();
  const sync = useSyncTeam();
  const [edited, setEdited] = useState<Team | 'new' | null>(null);
  const [doomed, setDoomed] = useState<Team | null>(null);

  return (
    <section>
      <Stack gap={2} alignItems="center" wrap="wrap">
        <h3 className={styles.title}>Teams</h3>
        {can('createTeam') && (
          <Button size="sm" variant="secondary" icon="plus" onClick={() => setEdited('new')}>
            Add team
          </Button>
        )}
      </Stack>
      <p className={styles.dim}>Escalation policies call them. A team is found for a service by its id, its name or another name of it, as the catalogue writes it.</p>
      <QueryView query={teams} loading={<Skeleton rows={3} height={48} />}>
        {(items) =>
          items.length === 0 ? (
            <span className={styles.dim}>No teams yet.</span>
          ) : (
            <ul className={styles.list} aria-label="Teams">
              {items.map((team) => (
                <li key={team.id} className={styles.row} data-testid={testIds.settings.team}>
                  <div className={styles.words}>
                    <strong>{team.name}</strong>{team.provisioned && <span className={styles.dim}> · provisioned: change it in teams.yaml</span>}
                    <div className={styles.dim}>{membersOf(team)}</div>
                    {team.grafana !== null && <div className={styles.dim}>{grafanaWords(team.grafana)}</div>}
                  </div>
                  {team.grafana !== null && can('syncTeam') && (
                    <Button size="sm" variant="secondary" aria-label={`Read again: members of ${team.name} from Grafana`} disabled={sync.isPending} onClick={() => sync.mutate(team.id, { onError: (error) => toast.failed(error) })}>
                      Read again
                    </Button>
                  )}
                  {can('putTeam') && !team.provisioned && (
                    <Button size="sm" variant="secondary" aria-label={`Change ${team.name}`} onClick={() => setEdited(team)}>
                      Change
                    </Button>
                  )}
                  {can('deleteTeam') && !team.provisioned && (
                    <Button size="sm" variant="secondary" fill="outline" aria-label={`Delete ${team.name}`} onClick={() => setDoomed(team)}>
                      Delete
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      {edited !== null && <TeamDialog team={edited === 'new' ? null : edited} taken={(teams.data ?? []).map(({ id }) => id)} onClose={() => setEdited(null)} />}
      {doomed !== null && (
        <ConfirmModal
          isOpen
          title={`Delete ${doomed.name}`}
          body="Steps of escalation policies that name it call nobody any more."
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

function membersOf(team: Team): string {
  const names = [...new Set([...team.members, ...(team.grafana?.members ?? [])].map(({ name }) => name))];
  return names.length === 0 ? 'No members: nobody is called' : names.join(', ');
}

function grafanaWords({ name, unknown, fault, syncedAt }: NonNullable<Team['grafana']>): string {
  const strangers = unknown.length === 0 ? '' : ` ${unknown.join(', ')} ${unknown.length === 1 ? 'has' : 'have'} never opened Muster and cannot be called.`;
  if (fault !== null) return `Linked to ${name} of Grafana, which could not be read: ${fault}${syncedAt === null ? '' : '. Its members are shown as last known.'}`;
  return `With the members of ${name} of Grafana.${strangers}`;
}
