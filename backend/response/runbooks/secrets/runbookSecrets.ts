/** Secrets of steps: set by admins, given to runs that may have them, shown to nobody. */
import { fieldName, type OrgId, type Role, type RunbookId } from '#contract';
import { appendEvents } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database, Queryable } from '../../../platform/db/database.ts';
import { conflictError, inputError, notAllowedError, notFoundError, versionMismatchError } from '../../../platform/errors.ts';
import { decodeCursor, toPage } from '../../../platform/http/cursor.ts';
import { requiredVersion, type Handlers } from '../../../platform/http/route.ts';
import type { KeyRing } from '../../../platform/secrets/keyRing.ts';
import { deleteSecret, findSecrets, insertSecret, listSecretNames, listSecrets, lockSecret, secretPurpose, toSecret, updateSecret } from './secretStore.ts';

export type SecretOperation = 'listRunbookSecrets' | 'putRunbookSecret' | 'deleteRunbookSecret';

/** For whom secrets are opened. */
export interface SecretUse {
  readonly runbook: RunbookId;
  /** Of who started the run. */
  readonly role: Role;
}

export interface RunbookSecrets {
  readonly handlers: Handlers<SecretOperation>;
  /** The values by name. Throws when one is not there, or not for this runbook or role. */
  open(q: Queryable, orgId: OrgId, names: readonly string[], use: SecretUse): Promise<Map<string, string>>;
  /** One value for Muster itself; null when there is none. */
  openOwn(q: Queryable, orgId: OrgId, name: string): Promise<string | null>;
  /** The names of all. */
  known(q: Queryable, orgId: OrgId): Promise<string[]>;
}

export interface RunbookSecretsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ring: Pick<KeyRing, 'seal' | 'open'>;
}

/** A shorter one would be found everywhere in an output, and masked away with what it is not. */
const MIN_SECRET_CHARACTERS = 4;
/** How far a role reaches; one that starts no run has no rank. */
const RANK: Readonly<Record<Role, number>> = { viewer: 0, auditor: 0, responder: 1, commander: 2, manager: 3, admin: 4 };

/** Makes the module's part of secrets. */
export function createRunbookSecrets({ db, clock, ring }: RunbookSecretsDeps): RunbookSecrets {
  return {
    async open(q, orgId, names, { runbook, role }) {
      const wanted = [...new Set(names)];
      const rows = wanted.length === 0 ? [] : await findSecrets(q, orgId, wanted);
      return new Map(wanted.map((name) => {
        const row = rows.find((candidate) => candidate.name === name);
        if (row === undefined) throw inputError(`there is no secret "${name}"; an admin sets it under Runbooks, Secrets`, [{ field: `secrets.${name}`, message: 'is not there' }]);
        const secret = toSecret(row);
        if (secret.runbooks.length > 0 && !secret.runbooks.includes(runbook)) throw notAllowedError(`the secret "${name}" is not for the runbook "${runbook}"`);
        if (RANK[role] < RANK[secret.role]) throw notAllowedError(`a run that uses the secret "${name}" is started by a ${secret.role} or a higher role`);
        return [name, ring.open(row.value_sealed, secretPurpose(orgId, name))];
      }));
    },

    async openOwn(q, orgId, name) {
      const [row] = await findSecrets(q, orgId, [name]);
      return row === undefined ? null : ring.open(row.value_sealed, secretPurpose(orgId, name));
    },

    known: listSecretNames,

    handlers: {
      async listRunbookSecrets({ query }, { caller }) {
        const after = decodeCursor(query.cursor, (values) => values.length === 1 && fieldName.safeParse(values[0]).success);
        const { items, nextCursor } = toPage(await listSecrets(db, caller.orgId, after?.[0] ?? null, query.limit), query.limit, (row) => [row.name]);
        return { items: items.map(toSecret), nextCursor };
      },

      async putRunbookSecret({ params: { name }, body }, { caller, ifMatch }) {
        const { orgId, actor } = caller;
        const { value } = body;
        if (value !== undefined && value.trim().length < MIN_SECRET_CHARACTERS) {
          throw inputError('so short a secret cannot be kept out of outputs', [{ field: 'body.value', message: `must have ${MIN_SECRET_CHARACTERS} characters at least` }]);
        }
        const at = clock.now();
        return db.transaction(async (tx) => {
          const before = await lockSecret(tx, orgId, name);
          if (ifMatch !== null && ifMatch !== before?.version) {
            throw versionMismatchError(`the secret "${name}" was changed in the meantime: read it again and repeat your change`, { extra: { currentVersion: before?.version ?? null } });
          }
          const sealed = value === undefined ? before?.value_sealed : ring.seal(value, secretPurpose(orgId, name));
          if (sealed === undefined) throw inputError(`the secret "${name}" is new`, [{ field: 'body.value', message: 'is needed for a new secret' }]);
          const next = {
            name, value_sealed: sealed, description: body.description, runbooks: [...new Set(body.runbooks)], role: body.role, updated_at: at, updated_by: actor.name,
          };
          const row = before === undefined ? await insertSecret(tx, orgId, next) : await updateSecret(tx, orgId, next);
          if (row === undefined) throw conflictError(`the secret "${name}" was set at this moment; look again`);
          await appendEvents(tx, orgId, at, [{
            type: 'runbook_secret.edited', incident: null, actor, data: { name, isNew: before === undefined, valueChanged: value !== undefined, runbooks: next.runbooks, role: next.role },
          }]);
          return toSecret(row);
        });
      },

      async deleteRunbookSecret({ params: { name } }, context) {
        const { orgId, actor } = context.caller;
        const version = requiredVersion(context);
        await db.transaction(async (tx) => {
          const before = await lockSecret(tx, orgId, name);
          if (before === undefined) throw notFoundError(`there is no secret "${name}"`);
          if (before.version !== version) {
            throw versionMismatchError(`the secret "${name}" was changed in the meantime: read it again and repeat your change`, { extra: { currentVersion: before.version } });
          }
          await deleteSecret(tx, orgId, name);
          await appendEvents(tx, orgId, clock.now(), [{ type: 'runbook_secret.deleted', incident: null, actor, data: { name } }]);
        });
        return { ok: true };
      },
    },
  };
}
