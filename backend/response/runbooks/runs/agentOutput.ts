/** What an agent sends of a step's output: masked, and stored behind what is there, up to the limit. */
import type { JsonValue, OrgId, RunId } from '#contract';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import { storableText } from '../kinds/output.ts';
import type { OpenSecrets } from '../ports.ts';
import { maskJson } from './draft.ts';
import { insertPieces, MAX_OUTPUT_BYTES, TRUNCATED_NOTE, type OutputTarget } from './output.ts';
import { toDocument } from './record.ts';
import { findRun, readDocument } from './runStore.ts';
import { openSecrets } from './stepCall.ts';

export interface AgentOutputDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: OpenSecrets;
}

interface StoredSize {
  bytes: string;
  seq: number;
  is_cut: boolean;
}

/** Agents end their pieces at the end of a line, so that no secret of one line lies in two requests. */
function joined(pieces: readonly { readonly stream: 'out' | 'err'; readonly text: string }[]): { readonly stream: 'out' | 'err'; readonly text: string }[] {
  const lines: { stream: 'out' | 'err'; text: string }[] = [];
  for (const { stream, text } of pieces) {
    const last = lines.at(-1);
    if (last?.stream === stream) last.text += text;
    else lines.push({ stream, text });
  }
  return lines;
}

/** The value without the secrets of the run. A run that is gone has none. */
export async function maskFor({ db, secrets }: AgentOutputDeps, target: { readonly orgId: OrgId; readonly runId: RunId }, value: JsonValue): Promise<JsonValue> {
  const run = await findRun(db, target.orgId, target.runId);
  if (run === null) return null;
  const { masker } = await openSecrets(db, secrets, run, toDocument(await readDocument(db, run.orgId, run.id)));
  return maskJson(value, masker);
}

/** Stores it. A run that is gone takes nothing. */
export async function recordAgentOutput(deps: AgentOutputDeps, target: OutputTarget & { readonly orgId: OrgId; readonly runId: RunId }, pieces: readonly { readonly stream: 'out' | 'err'; readonly text: string }[]): Promise<void> {
  const { db, clock } = deps;
  const run = await findRun(db, target.orgId, target.runId);
  if (run === null || pieces.length === 0) return;
  const { masker } = await openSecrets(db, deps.secrets, run, toDocument(await readDocument(db, run.orgId, run.id)));
  const [size] = await db.query<StoredSize>(
    `select coalesce(sum(octet_length(text)), 0)::text as bytes, coalesce(max(seq), 0) as seq, coalesce(bool_or(stream = 'note' and text = $5::text), false) as is_cut
       from runbook_step_output where org_id = $1::integer and run_id = $2::bigint and path = $3::text and attempt = $4::integer`,
    [target.orgId, target.runId, target.path, target.attempt, TRUNCATED_NOTE],
  );
  if (size === undefined || size.is_cut) return;
  const at = clock.now().toISOString();
  let room = MAX_OUTPUT_BYTES - Number(size.bytes);
  let { seq } = size;
  const rows: { seq: number; stream: 'out' | 'err' | 'note'; text: string; at: string }[] = [];
  for (const { stream, text } of joined(pieces)) {
    const masked = storableText(masker.mask(text));
    const bytes = Buffer.byteLength(masked);
    const kept = bytes <= room ? masked : Buffer.from(masked).subarray(0, room).toString('utf8').replace(/\uFFFD+$/, '');
    seq += 1;
    rows.push({ seq, stream, text: kept, at });
    if (bytes > room) {
      rows.push({ seq: seq + 1, stream: 'note', text: TRUNCATED_NOTE, at });
      break;
    }
    room -= bytes;
  }
  await insertPieces(db, target, rows);
}
