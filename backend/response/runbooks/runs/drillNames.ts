/**
 * Names under which runs of drills hold what they work on: names of their own, since a drill touches nothing and must stand in the
 * way of nothing that is real. Pure.
 */

/** No name that a text of a runbook gives has the character. */
const MARK = 'drill\u0001';

/** The name as a drill holds it. */
export function nameInDrill(name: string): string {
  return `${MARK}${name}`;
}

/** The name as people wrote it. */
export function shownName(name: string): string {
  return name.startsWith(MARK) ? name.slice(MARK.length) : name;
}
