/** By what all messages of an update are known. Pure. */
export function partOf(update: string): string {
  return `update/${update}`;
}
