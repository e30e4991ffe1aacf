/** Changes of one place in a JSON value; what is given stays as it is. */
export type Path = readonly (string | number)[];

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? Array.from<unknown>(value) : [];
}

/** What stands at the path; undefined when nothing does. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
    return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }, root);
}

/** The value with something else at the path; undefined takes it away. Missing objects on the way are made. */
export function withValue(root: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(root) && typeof key === 'number') {
    const items = listOf(root);
    if (rest.length === 0 && value === undefined) items.splice(key, 1);
    else items[key] = withValue(items[key], rest, value);
    return items;
  }
  const entries = new Map(isObject(root) ? Object.entries(root) : []);
  const name = String(key);
  if (rest.length > 0) {
    if (value !== undefined || entries.has(name)) entries.set(name, withValue(entries.get(name), rest, value));
  } else if (value === undefined) entries.delete(name);
  else entries.set(name, value);
  return Object.fromEntries(entries);
}

/** The list with an item more. */
export function withItem(list: unknown, index: number, item: unknown): unknown[] {
  const items = listOf(list);
  items.splice(index, 0, item);
  return items;
}

/** The list with one item at another place. */
export function withMoved(list: unknown, from: number, to: number): unknown[] {
  const items = listOf(list);
  const moved = items.splice(from, 1);
  items.splice(to, 0, ...moved);
  return items;
}
