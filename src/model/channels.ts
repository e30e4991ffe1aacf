/** Channels in words, and forms made of the schemas of their settings. */
import type { ChannelKindInfo, ChannelSummary, DeliveryState } from '#contract';
import type { Verdict } from './health.ts';

const POOR_SCORE = 0.8;

/** Whether a channel can be relied on. */
export function judgeChannel({ enabled, health }: ChannelSummary): Verdict {
  if (!enabled) return { tone: 'unknown', text: 'Out of use' };
  if (health.breaker === 'open') return { tone: 'bad', text: 'Rests after failures' };
  if (health.breaker === 'half_open') return { tone: 'warning', text: 'Being tried again' };
  if (health.score < POOR_SCORE) return { tone: 'warning', text: 'Fails at times' };
  return health.lastSuccessAt === null ? { tone: 'unknown', text: 'Not used yet' } : { tone: 'good', text: 'Works' };
}

export const DELIVERY_STATE_LABELS: Readonly<Record<DeliveryState, string>> = {
  queued: 'Waits', sending: 'Being sent', sent: 'Sent', delivered: 'Arrived', answered: 'Answered', failed: 'Failed', cancelled: 'Called off',
};

/** One field of a form. */
export interface SettingField {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'number' | 'boolean' | 'choice' | 'list';
  readonly choices: readonly string[];
  readonly required: boolean;
  readonly usual: unknown;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

/** `serverUrl` as `Server URL`. */
export function labelOf(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase().replace(/\b(url|id|uid)\b/g, (word) => word.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The fields of a kind's settings, in the order of its schema. */
export function fieldsOf(kind: ChannelKindInfo): SettingField[] {
  const required = textsOf(kind.schema['required']);
  return Object.entries(recordOf(kind.schema['properties'])).map(([name, raw]) => {
    const property = recordOf(raw);
    const choices = textsOf(property['enum']);
    const type = property['type'];
    return {
      name, label: labelOf(name), choices, required: required.includes(name), usual: property['default'],
      type: choices.length > 0 ? 'choice' : type === 'boolean' ? 'boolean' : type === 'integer' || type === 'number' ? 'number' : type === 'array' ? 'list' : 'text',
    };
  });
}

/** What stands in a field, as text. */
export function fieldText(field: SettingField, value: unknown): string {
  const shown = value ?? field.usual;
  if (Array.isArray(shown)) return shown.join(', ');
  return typeof shown === 'string' || typeof shown === 'number' || typeof shown === 'boolean' ? String(shown) : '';
}

/** Settings as the service takes them; fields that were left empty are left out. */
export function settingsOf(fields: readonly SettingField[], texts: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(fields.flatMap((field): [string, unknown][] => {
    const text = (texts[field.name] ?? '').trim();
    if (field.type === 'boolean') return [[field.name, text === 'true']];
    if (text === '') return [];
    if (field.type === 'number') return [[field.name, Number(text)]];
    return [[field.name, field.type === 'list' ? text.split(',').map((part) => part.trim()).filter((part) => part !== '') : text]];
  }));
}
