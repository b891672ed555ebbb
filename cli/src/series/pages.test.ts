import type { Bucket, HistoryPage, StoredSeries, Summary } from "@linli/stores";
import { createMemorySeries } from "@linli/stores";
import { expect, it } from "vitest";
import { rollUpsOf } from "./pages.ts";
import { historyReader } from "./plan.ts";

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 10, 23);
const owner = { deviceId: "s1", kind: "k", community: "", compound: "" };

function bucket(start: number, firstAt: number, value: number): Bucket {
  const at = { firstAt, first: value, lastAt: firstAt, last: value };
  const summary: Summary = { count: 1, numbers: 1, sum: value, min: value, max: value, ...at };
  return { start, summary };
}

it("a bucket in which a device moved goes as a whole, under its last place", async () => {
  const about = { deviceId: "s1", point: "load", type: "number" } as const;
  const series: StoredSeries<Bucket>[] = [
    {
      ...about,
      owner: { ...owner, building: "new" },
      entries: [bucket(T0, T0 + 9, 4), bucket(T0 + HOUR, T0 + HOUR, 8)],
    },
    {
      ...about,
      owner: { ...owner, building: "old" },
      entries: [bucket(T0 - HOUR, T0 - HOUR, 1), bucket(T0, T0 + 1, 2)],
    },
  ];
  const page: HistoryPage<Bucket> = { series };
  const reader = { ...historyReader(createMemorySeries().reader, "memory"), rollUps: async () => page };
  const [only] = await Array.fromAsync(rollUpsOf(reader, "1h", { range: [0, T0 + 2 * HOUR], devices: undefined }));
  const found = only?.series.flatMap((piece) =>
    piece.entries.map(({ start, summary: { count, sum, first, last } }) => [
      piece.owner?.building,
      start,
      { count, sum, first, last },
    ]),
  );
  expect(found).toEqual([
    ["new", T0, { count: 2, sum: 6, first: 2, last: 4 }],
    ["new", T0 + HOUR, { count: 1, sum: 8, first: 8, last: 8 }],
    ["old", T0 - HOUR, { count: 1, sum: 1, first: 1, last: 1 }],
  ]);
});
