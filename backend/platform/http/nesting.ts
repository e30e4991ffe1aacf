/** How deep a value of JSON is nested. */

/** Whether it has more levels of lists and objects than that. Goes from level to level, so that no depth is too much for it. */
export function isNestedDeeper(value: unknown, levels: number): boolean {
  let level: object[] = typeof value === 'object' && value !== null ? [value] : [];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > levels) return true;
    level = level.flatMap((each) => Object.values(each).filter((inner): inner is object => typeof inner === 'object' && inner !== null));
  }
  return false;
}
