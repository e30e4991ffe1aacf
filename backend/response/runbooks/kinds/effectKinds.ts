/** The kinds of step that do something to other systems or to Muster, put together. */
import type { KindHandlers } from './kind.ts';
import { createAnnotateKind } from './annotate.ts';
import { createDeclareKind } from './declare.ts';
import { createGrafanaQueryKind } from './grafanaQuery.ts';
import { createHttpKind } from './http.ts';
import { inDrill } from './inDrill.ts';
import { createNotifyKind, createPageKind, createTicketKind } from './messages.ts';
import type { EffectPorts } from './ports.ts';
import { createPromqlKind } from './promql.ts';
import { createScriptKind } from './script.ts';
import { createScriptPool } from './scriptPool.ts';
import { createSetFieldKind } from './setField.ts';
import { createSilenceKind } from './silence.ts';
import { createStatusUpdateKind } from './statusUpdate.ts';

export type EffectKind = 'http' | 'grafanaQuery' | 'promql' | 'script' | 'notify' | 'page' | 'ticket' | 'statusUpdate' | 'annotate' | 'silence' | 'setField' | 'declare';

export interface EffectKinds {
  readonly handlers: Pick<KindHandlers, EffectKind>;
  /** Ends the threads of scripts. */
  close(): Promise<void>;
}

/** Limits of calls of steps: their own timeouts are shorter, and more than a MiB is cut. */
export const STEP_CALL_LIMITS = { timeoutMs: 300_000, maxResponseBytes: 5 * 1024 * 1024 } as const;

/** Makes them over their ports. */
export function createEffectKinds(ports: EffectPorts): EffectKinds {
  const pool = createScriptPool();
  return {
    handlers: {
      http: inDrill(createHttpKind(ports)),
      grafanaQuery: createGrafanaQueryKind(ports),
      promql: createPromqlKind(ports),
      script: createScriptKind({ pool }),
      notify: inDrill(createNotifyKind(ports)),
      page: inDrill(createPageKind(ports)),
      ticket: inDrill(createTicketKind(ports)),
      statusUpdate: createStatusUpdateKind(ports),
      annotate: inDrill(createAnnotateKind(ports)),
      silence: inDrill(createSilenceKind(ports)),
      setField: createSetFieldKind(ports),
      declare: createDeclareKind(ports),
    },
    close: () => pool.close(),
  };
}
