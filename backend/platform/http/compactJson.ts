/** JSON for a file that people read and compare: what fits on a line stays on one. */

const LINE_CHARACTERS = 160;
const STEP = '  ';

/** The value as JSON, wrapped where it would be longer than a line. The same value gives the same text. */
export function compactJson(value: unknown): string {
  return `${wrap(value, '', 0)}\n`;
}

/** `before`: how much stands on the line already. */
function wrap(value: unknown, indent: string, before: number): string {
  const line = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || indent.length + before + line.length <= LINE_CHARACTERS) return line;
  const inner = indent + STEP;
  if (Array.isArray(value)) return `[\n${value.map((item: unknown) => inner + wrap(item, inner, 0)).join(',\n')}\n${indent}]`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const lines = entries.map(([name, item]) => {
    const key = `${JSON.stringify(name)}: `;
    return inner + key + wrap(item, inner, key.length);
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
