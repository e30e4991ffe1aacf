/** Past incidents that are like one, over HTTP. */
import { incidentKey, incidentNumber, type OrgId, type UsualThresholds, type SimilarIncident as ToldIncident, type SimilarIncidents, type UnusualLabel } from '#contract';
import { viewerOf } from '../../access/index.ts';
import { severityOf } from '../../ingest/index.ts';
import { unusualLabel, type SimilarIncident } from '../../memory/index.ts';
import type { Database } from '../../platform/db/database.ts';
import { notFoundError } from '../../platform/errors.ts';
import type { Caller, Handlers } from '../../platform/http/route.ts';
import type { Memory, MemoryDesk } from './memoryDesk.ts';
import { countRemembered, selectFacts, selectRemedies, selectRemembered, type RememberedRow } from './memoryStore.ts';
import { memoryOf } from './remember.ts';

const SHOWN = 5;
/** Less alike than that is not like it. */
const LEAST = 0.15;
/** So many tell how often its kind came; what the viewer may not see is left out of them. */
const RANKED = 100;
/** All that a memory may hold: asked for where too much of the others is hidden. */
const ALL = 2_000;
const MOST_WORDS = 6;
const DAY_MS = 86_400_000;

function reasonsOf(reasons: SimilarIncident['reasons']): ToldIncident['reasons'] {
  return reasons.map(({ kind, what }) => ({ kind: kind === 'symptoms' ? 'labels' : kind, what: what.slice(0, MOST_WORDS) }));
}

interface SimilarDeps {
  readonly db: Database;
  readonly desk: MemoryDesk;
  /** What makes a kind frequent or rare in an organisation. */
  readonly usual: (orgId: OrgId) => Promise<UsualThresholds>;
}

/** Makes the handlers. */
export function createSimilarHandlers({ db, desk, usual }: SimilarDeps): Handlers<'getSimilarIncidents'> {
  function labelOf(seen: ReadonlyMap<number, RememberedRow>, ranked: readonly SimilarIncident[], own: RememberedRow, lookedAt: number, thresholds: UsualThresholds): UnusualLabel | null {
    if (lookedAt === 0) return null;
    const earlier = ranked.flatMap(({ id, similarity }) => {
      const row = seen.get(Number(id));
      return row === undefined ? [] : [{ id, similarity, atMs: row.began_at.getTime() }];
    });
    const label = unusualLabel(earlier, own.began_at.getTime(), thresholds);
    if (label === null || label.label === 'anomaly') return { label: 'anomaly', text: `Nothing like it in ${thresholds.days} ${thresholds.days === 1 ? 'day' : 'days'}: ${lookedAt} ${lookedAt === 1 ? 'incident was' : 'incidents were'} looked at.`, ofKind: [] };
    return { label: label.label, text: label.text, ofKind: label.ofKind.map((id) => incidentNumber.parse(id)) };
  }

  async function similarTo(caller: Caller, number: number): Promise<SimilarIncidents> {
    const viewer = viewerOf(caller);
    const [own] = await selectRemembered(db, caller.orgId, viewer, [number]);
    if (own === undefined) throw notFoundError(`${incidentKey(number)} does not exist`);
    return desk.withMemory(caller.orgId, (memory) => ask(memory, caller, number, own));
  }

  async function ask(memory: Memory | null, caller: Caller, number: number, own: RememberedRow): Promise<SimilarIncidents> {
    const viewer = viewerOf(caller);
    const [facts] = await selectFacts(db, caller.orgId, [number]);
    if (memory === null || facts === undefined) return { state: 'preparing', items: [], unusual: null, compared: 0 };
    const thresholds = await usual(caller.orgId);
    const query = { id: String(number), ...memoryOf(facts).document };
    const counting = countRemembered(db, caller.orgId, viewer, memory.numbers, number, new Date(own.began_at.getTime() - thresholds.days * DAY_MS), own.began_at);
    let ranked = await memory.ask(query, RANKED);
    let rows = await selectRemembered(db, caller.orgId, viewer, ranked.map(({ id }) => Number(id)));
    if (rows.length < SHOWN && ranked.length === RANKED) {
      ranked = await memory.ask(query, ALL);
      rows = await selectRemembered(db, caller.orgId, viewer, ranked.map(({ id }) => Number(id)));
    }
    const { all, earlier } = await counting;
    const seen = new Map(rows.map((row) => [row.number, row]));
    const best = ranked.filter(({ id, similarity }) => similarity >= LEAST && seen.has(Number(id))).slice(0, SHOWN);
    const remedies = await selectRemedies(db, caller.orgId, best.map(({ id }) => Number(id)));
    const items = best.flatMap(({ id, similarity, reasons }): ToldIncident[] => {
      const row = seen.get(Number(id));
      return row === undefined ? [] : [{
        number: incidentNumber.parse(row.number), key: incidentKey(row.number), title: row.title, state: row.state, severity: severityOf(row.severity), beganAt: row.began_at.toISOString(),
        endedAt: row.ended_at?.toISOString() ?? null, similarity, reasons: reasonsOf(reasons), fixedBy: remedies.get(row.number) ?? [],
      }];
    });
    return { state: 'ready', items, unusual: labelOf(seen, ranked, own, earlier, thresholds), compared: all };
  }

  return { getSimilarIncidents: ({ params }, { caller }) => similarTo(caller, params.number) };
}
