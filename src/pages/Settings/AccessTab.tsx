import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Combobox, useStyles2 } from '@grafana/ui';
import { ROLES, type KnownUser, type Role } from '#contract';
import { useSetUserRole, useUsers } from '../../api/useAccess.ts';
import { useCan } from '../../api/useMe.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { ROLE_LABELS, ROLE_MEANINGS } from '../../model/roles.ts';
import { ApiTokens } from './ApiTokens.tsx';
import { getListStyles } from './listStyles.ts';
import { PrivateIncidents } from './PrivateIncidents.tsx';

/** Stands for "no override" in the list of choices. */
const FROM_GRAFANA = 'grafana';

export function AccessTab() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const users = useUsers();
  return (
    <div className={styles.tab}>
      <section>
        <h3 className={styles.title}>People</h3>
        <p className={styles.dim}>Everybody who has opened Muster. A role follows from Grafana unless it is set here.</p>
        <QueryView query={users} loading={<Skeleton rows={4} height={40} />}>
          {(items) => (
            <ul className={styles.list}>
              {items.map((user) => (
                <UserRow key={user.key} user={user} canEdit={can('setUserRole')} />
              ))}
            </ul>
          )}
        </QueryView>
      </section>
      {can('listApiTokens') && <ApiTokens />}
      {can('listPrivateIncidents') && <PrivateIncidents />}
    </div>
  );
}

function UserRow({ user, canEdit }: { user: KnownUser; canEdit: boolean }) {
  const styles = useStyles2(getStyles);
  const toast = useToast();
  const setRole = useSetUserRole();

  function choose(role: Role | null): void {
    setRole.mutate(
      { user: user.key, version: user.version, role },
      { onSuccess: () => toast.done(`Role of ${user.name} changed`), onError: (error) => toast.failed(error) }
    );
  }

  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <div>{user.name}</div>
        <div className={styles.dim}>
          {[user.login, user.email].filter((text) => text !== '').join(', ')} · seen <Instant at={user.lastSeenAt} />
        </div>
      </div>
      <div className={styles.role}>
        {canEdit ? (
          <Combobox
            aria-label={`Role of ${user.name}`}
            disabled={setRole.isPending}
            options={[
              { value: FROM_GRAFANA, label: `From Grafana: ${ROLE_LABELS[user.derivedRole]}` },
              ...ROLES.map((value) => ({ value, label: ROLE_LABELS[value], description: ROLE_MEANINGS[value] })),
            ]}
            value={user.role === user.derivedRole ? FROM_GRAFANA : user.role}
            onChange={({ value }) => choose(ROLES.find((role) => role === value) ?? null)}
          />
        ) : (
          ROLE_LABELS[user.role]
        )}
      </div>
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  ...getListStyles(theme),
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(4), maxWidth: 960 }),
  role: css({ flex: '0 1 280px', minWidth: 0 }),
});
