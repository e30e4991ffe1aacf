/** A share (0 to 1) in percent, `87 %`. What is nearly certain or nearly impossible is not rounded to what is certain or impossible: `> 99 %`, `< 1 %`. */
export function percentOf(share: number): string {
  const percent = Math.round(share * 100);
  if (percent === 100 && share < 1) return '> 99 %';
  return percent === 0 && share > 0 ? '< 1 %' : `${percent} %`;
}
