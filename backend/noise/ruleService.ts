/** Use cases of noise rules: list with what each holds back, add, replace, remove, try a scope on the last day. */
import { randomUUID } from 'node:crypto';
import type { Actor, AlertScope, NoisePreview, NoiseRule, NoiseRuleBody, OrgId } from '#contract';
import { appendEvents } from '../eventlog/index.ts';
import { readAlertsSince } from '../ingest/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { inputError, notFoundError, versionMismatchError } from '../platform/errors.ts';
import { EMPTY_TOPOLOGY } from '../catalog/index.ts';
import { countByCause } from './gateStore.ts';
import { hiddenWarning } from './hiddenWarnings.ts';
import { compileRuleset, faultIn } from './ruleset.ts';
import { deleteRule, insertRule, lockRule, selectRules, updateRule, type StoredRule } from './ruleStore.ts';
import { compileScope, isEmptyScope } from './scope.ts';
import { bumpVersion } from './settingsStore.ts';

export interface RuleService {
  list(orgId: OrgId): Promise<NoiseRule[]>;
  create(orgId: OrgId, by: Actor, body: NoiseRuleBody): Promise<NoiseRule>;
  edit(orgId: OrgId, by: Actor, id: string, version: number, body: NoiseRuleBody): Promise<NoiseRule>;
  remove(orgId: OrgId, by: Actor, id: string, version: number): Promise<void>;
  preview(orgId: OrgId, scope: AlertScope): Promise<NoisePreview>;
}

export interface RuleServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly onChanged: (orgId: OrgId) => void;
}

const DAY_MS = 86_400_000;
/** Most alerts that a preview looks at. */
const PREVIEW_LIMIT = 20_000;
const PREVIEW_NAMES = 10;

/** Refuses a rule that cannot be used or would hide everything, naming the field. */
export function checkRule(body: NoiseRuleBody): void {
  if (body.kind === 'suppression' && isEmptyScope(body.scope)) {
    throw inputError('a suppression without a scope would hide every alert', [{ field: 'body.scope', message: 'name a service, an environment, a label or a condition' }]);
  }
  if (body.kind === 'inhibition' && body.form === 'matchers' && isEmptyScope(body.source)) {
    throw inputError('an inhibition must say which alerts explain others', [{ field: 'body.source', message: 'name a service, an environment, a label or a condition' }]);
  }
  const faults: { field: string; message: string }[] = [];
  compileRuleset({ version: '0', windows: [], silences: [], rules: [{ id: 'new', changedAt: new Date(0), body: { ...body, enabled: true } }] }, EMPTY_TOPOLOGY, (_id, fault) => {
    faults.push({ field: `body.${fault.field}`, message: fault.message });
  });
  if (faults.length > 0) throw inputError(faults.map((fault) => `${fault.field}: ${fault.message}`).join('; '), faults);
}

/** Use cases over a database. */
export function createRuleService({ db, clock, onChanged }: RuleServiceDeps): RuleService {
  function toNoiseRule(stored: StoredRule, counts: ReadonlyMap<string, { alerts: number; sev1: number }>): NoiseRule {
    const heldBack = counts.get(stored.id) ?? { alerts: 0, sev1: 0 };
    return {
      id: stored.id, rule: stored.body, version: stored.version, updatedAt: stored.updatedAt.toISOString(), updatedBy: stored.updatedBy, heldBack,
      warning: stored.body.kind === 'suppression' ? hiddenWarning(stored.body.warnSev1Above, heldBack.sev1) : null,
    };
  }

  /** Locks the rule as it was seen. */
  async function lockVersion(tx: Transaction, orgId: OrgId, id: string, version: number): Promise<StoredRule> {
    const current = await lockRule(tx, orgId, id);
    if (current === null) throw notFoundError(`there is no noise rule "${id}"`);
    if (current.version !== version) {
      throw versionMismatchError('the rule was changed in the meantime: read it again and repeat your change', { extra: { currentVersion: current.version } });
    }
    return current;
  }

  async function shown(orgId: OrgId): Promise<NoiseRule[]> {
    const counts = await countByCause(db, orgId, new Date(clock.nowMs() - DAY_MS));
    return (await selectRules(db, orgId)).map((rule) => toNoiseRule(rule, counts));
  }

  async function one(orgId: OrgId, id: string): Promise<NoiseRule> {
    const rule = (await shown(orgId)).find((other) => other.id === id);
    if (rule === undefined) throw notFoundError(`there is no noise rule "${id}"`);
    return rule;
  }

  return {
    list: shown,
    async create(orgId, by, body) {
      checkRule(body);
      const id = randomUUID();
      await db.transaction(async (tx) => {
        await insertRule(tx, orgId, id, body, by, clock.now(), null);
        await bumpVersion(tx, orgId);
        await appendEvents(tx, orgId, clock.now(), [{ type: 'noise.rule_created', incident: null, actor: by, data: { rule: id, kind: body.kind, name: body.name } }]);
      });
      onChanged(orgId);
      return one(orgId, id);
    },
    async edit(orgId, by, id, version, body) {
      checkRule(body);
      await db.transaction(async (tx) => {
        const current = await lockVersion(tx, orgId, id, version);
        await updateRule(tx, orgId, id, body, by, clock.now());
        await bumpVersion(tx, orgId);
        await appendEvents(tx, orgId, clock.now(), [{ type: 'noise.rule_edited', incident: null, actor: by, data: { rule: id, kind: body.kind, name: body.name, from: current.body, to: body } }]);
      });
      onChanged(orgId);
      return one(orgId, id);
    },
    async remove(orgId, by, id, version) {
      await db.transaction(async (tx) => {
        const current = await lockVersion(tx, orgId, id, version);
        await deleteRule(tx, orgId, id);
        await bumpVersion(tx, orgId);
        await appendEvents(tx, orgId, clock.now(), [{ type: 'noise.rule_deleted', incident: null, actor: by, data: { rule: id, kind: current.body.kind, name: current.body.name } }]);
      });
      onChanged(orgId);
    },
    async preview(orgId, scope) {
      const fault = faultIn(() => compileScope(scope, 'scope'));
      if (fault !== null) throw inputError(`${fault.field}: ${fault.message}`, [{ field: `body.${fault.field}`, message: fault.message }]);
      const matches = compileScope(scope, 'scope');
      const alerts = await readAlertsSince(db, orgId, new Date(clock.nowMs() - DAY_MS), PREVIEW_LIMIT + 1);
      const considered = alerts.slice(0, PREVIEW_LIMIT);
      const matched = considered.filter(matches);
      const sev1 = matched.filter((alert) => alert.severity === 'sev1').length;
      const byName = new Map<string, number>();
      for (const alert of matched) byName.set(alert.name, (byName.get(alert.name) ?? 0) + 1);
      return {
        matched: matched.length, sev1, considered: considered.length, cut: alerts.length > PREVIEW_LIMIT,
        byName: [...byName].map(([name, count]) => ({ name, alerts: count })).sort((a, b) => b.alerts - a.alerts).slice(0, PREVIEW_NAMES),
        services: [...new Set(matched.flatMap((alert) => (alert.service === null ? [] : [alert.service])))].sort().slice(0, 50),
        warning: sev1 === 0 ? null : `${sev1} of them ${sev1 === 1 ? 'was' : 'were'} SEV1`,
      };
    },
  };
}
