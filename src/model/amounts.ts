/** Large numbers in few characters: `12,300`, `1.2 M`. */
export function formatAmount(value: number): string {
  if (value >= 1_000_000) {
    return `${(value / 1_000_000).toFixed(value >= 10_000_000 ? 0 : 1)} M`;
  }
  return (value >= 100 ? Math.round(value) : Math.round(value * 10) / 10).toLocaleString();
}

/** `71-90 %` of 0.71 and 0.9. */
export function formatShareRange({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${Math.round(low * 100)}-${Math.round(high * 100)} %`;
}

/** `87 %` of 0.87. */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}
