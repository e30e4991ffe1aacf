/** In a drill nothing leaves: the one place that says which steps are left out, and what they give instead. */
import type { JsonValue, LeafKind, WithOf } from '#contract';
import type { KindHandler, StepResult } from './kind.ts';

const NOT_SENT = 'drill: not sent';

function insteadOf(output: JsonValue): StepResult {
  return { kind: 'done', output, text: NOT_SENT };
}

/** The handler, which in a drill gives its example and sends nothing, if what it does is felt outside. */
export function inDrill<K extends LeafKind>(handler: KindHandler<K>): KindHandler<K> {
  const { kind, effect } = handler;
  // Silences are Muster's own, but alerts that are silenced are really not heard.
  if (effect !== 'keyed' && effect !== 'once' && kind !== 'silence') return handler;
  const example = (filled: WithOf<K>): StepResult => insteadOf(handler.example(filled));
  if ('run' in handler) {
    return {
      ...handler,
      async run(call, signal, out) {
        if (!call.drill) return handler.run(call, signal, out);
        out.write('note', `${NOT_SENT}\n`);
        return example(call.with);
      },
    };
  }
  return { ...handler, apply: async (tx, call) => (call.drill ? { result: example(call.with) } : handler.apply(tx, call)) };
}
