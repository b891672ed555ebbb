/** One line of the table that `npm run bench` prints. */
export interface Measure {
  readonly what: string;
  readonly linli: string;
  /** What it is compared with, in the same run. */
  readonly reference: string;
  readonly ratio: string;
  readonly goal: string;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The value below which a share of the sorted ones lies. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const thousands = (perSecond: number): string => `${(perSecond / 1_000).toFixed(1)}k/s`;
export const milliseconds = (ms: number): string => `${ms.toFixed(1)} ms`;
export const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

/** Markdown, both sides of each ratio. */
export function formatTable(rows: readonly Measure[]): string {
  const lines = rows.map(
    ({ what, linli, reference, ratio, goal }) => `| ${what} | ${linli} | ${reference} | ${ratio} | ${goal} |`,
  );
  return ["| measure | Linli | reference, same run | ratio | goal |", "|---|---|---|---|---|", ...lines].join("\n");
}
