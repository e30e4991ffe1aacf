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

/** `87 %` of 0.87. What is nearly certain or nearly impossible is not rounded to what is certain or impossible: `> 99 %`, `< 1 %`. */
export function formatShare(share: number): string {
  const percent = Math.round(share * 100);
  if (percent === 100 && share < 1) return '> 99 %';
  return percent === 0 && share > 0 ? '< 1 %' : `${percent} %`;
}
