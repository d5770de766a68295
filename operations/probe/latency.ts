/** The value that a share of all lies at or below: an observed one, never one in between. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const rising = [...values].sort((a, b) => a - b);
  return rising[Math.max(0, Math.ceil(share * rising.length) - 1)];
}

/** The fewest observations that can show whether a share was kept: with fewer, a single one decides. */
export const fewestFor = (share: number): number => Math.ceil(Number((1 / (1 - share)).toPrecision(6)));
