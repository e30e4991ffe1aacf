/** Small pieces of the sentences in which events are told. Pure. */
export type EventData = Readonly<Record<string, unknown>>;

/** A text or number of an event's data; empty when it has none of that name. */
export function text(data: EventData, key: string): string {
  const value = data[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A severity of an event's data, as pages write it: SEV1. */
export function severityText(data: EventData, key: string): string {
  return text(data, key).toUpperCase();
}

/** A number of an event's data; 0 when it has none of that name. */
export function number(data: EventData, key: string): number {
  const value = data[key];
  return typeof value === 'number' ? value : 0;
}

/** The length of a list in an event's data. */
export function count(data: EventData, key: string): number {
  const value = data[key];
  return Array.isArray(value) ? value.length : 0;
}

/** The sentence with the reason that somebody gave. */
export function withReason(sentence: string, data: EventData): string {
  const reason = text(data, 'reason');
  return reason === '' ? sentence : `${sentence}: ${reason}`;
}

export function plural(amount: number, word: string): string {
  return `${amount} ${amount === 1 ? word : `${word}s`}`;
}
