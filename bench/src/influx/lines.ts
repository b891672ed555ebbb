import type { SeriesOwner, SeriesPoint } from "@linli/stores";
import { LineSorter } from "../../../packages/stores/src/series/influx/batch-lines.ts";
import { ColumnsOfKind } from "../../../packages/stores/src/series/influx/columns-of-kind.ts";
import { FleetMemory } from "../../../packages/stores/src/series/influx/device-memory.ts";
import { textOfAll } from "../../../packages/stores/src/series/influx/line.ts";
import { type Measure, median } from "../table.ts";
import { MEASUREMENT } from "./stack.ts";

const DEVICES = 20_000;
const POINTS = ["temperature", "humidity", "co2"] as const;
const BATCH = 5_000;
const BATCHES = 200;
const ROUNDS = 5;

const owners: readonly SeriesOwner[] = Array.from({ length: DEVICES }, (_, n) => ({
  deviceId: `sensor-${n}`,
  kind: MEASUREMENT,
  community: "wanghu",
  compound: "huayuan",
  building: "huayuan-01",
}));

function batchOf(number: number): SeriesPoint[] {
  const first = number * BATCH;
  return Array.from({ length: BATCH }, (_, n) => first + n).flatMap((message): SeriesPoint[] => {
    const owner = owners[message % DEVICES] as SeriesOwner;
    const at = 1_800_000_000_000 + Math.floor(message / DEVICES) * 1_000;
    return POINTS.map((point, n) => ({ owner, point, type: "number", value: 20 + n + (message % 97) / 8, at }));
  });
}

/** From points to the text that is sent, on one thread: fields a second of CPU time. */
export function measureLines(): Measure[] {
  const batches = Array.from({ length: BATCHES }, (_, number) => batchOf(number));
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const columns = new ColumnsOfKind(MEASUREMENT, { names: new Set(), companionsUpTo: new Map() });
    const sorter = new LineSorter({ fleet: new FleetMemory(), columnsOf: () => columns, lanes: 2 });
    const before = process.threadCpuUsage();
    let bytes = 0;
    for (const batch of batches) {
      const lines = sorter.sort(batch, 0);
      for (const lane of lines.lanes) bytes += textOfAll(lane).length;
      lines.stored(new Map());
    }
    const { user, system } = process.threadCpuUsage(before);
    if (bytes === 0) throw new Error("nothing was encoded");
    rates.push((BATCH * BATCHES * POINTS.length) / ((user + system) / 1_000_000));
  }
  const what = "line encoding for InfluxDB, one core";
  return [
    {
      what,
      linli: `${Math.round(median(rates) / 1_000)}k fields/s`,
      reference: "–",
      ratio: "–",
      goal: "≥ 500k fields/s",
    },
  ];
}
