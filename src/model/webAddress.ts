/** Whether an address may be offered as a link. Alerts come from outside; a `javascript:` address must not run here. */
export function isWebAddress(address: string): boolean {
  try {
    const { protocol } = new URL(address);
    return protocol === 'http:' || protocol === 'https:';
  } catch {
    return false;
  }
}
