import type { SeriesPoint } from "@linli/stores";
import { LineSorter } from "../../packages/stores/src/series/influx/batch-lines.ts";
import { ColumnsOfKind } from "../../packages/stores/src/series/influx/columns-of-kind.ts";
import { FleetMemory } from "../../packages/stores/src/series/influx/device-memory.ts";
import { textOfAll } from "../../packages/stores/src/series/influx/line.ts";
import { median } from "./table.ts";

/**
 * Line encoding alone: `node bench/src/influx-lines.ts`. From readings as the archive has them to the body of a request:
 * checked, each identity once, by line. Beside it the same lines by a template for each, unchecked: what it costs at least.
 */
const DEVICES = 20_000;
const POINTS = ["temperature", "humidity", "pressure", "co2"];
const MESSAGES = 3_000;
const ROUNDS = 200;
const GOAL = 500_000;
const T0 = Date.UTC(2026, 10, 23);

const owners = Array.from({ length: DEVICES }, (_, n) => {
  const place = { community: "c1", compound: `compound-${n % 40}`, building: `building-${n % 400}` };
  return { deviceId: `sensor-${n}`, kind: "environment-sensor", ...place };
});

function batchOf(round: number): SeriesPoint[] {
  const batch: SeriesPoint[] = [];
  for (let n = 0; n < MESSAGES; n++) {
    const message = round * MESSAGES + n;
    const owner = owners[(message * 7_919) % DEVICES] as (typeof owners)[number];
    const at = T0 + message * 3;
    for (const point of POINTS) batch.push({ owner, point, type: "number", value: 20 + (message % 977) / 7, at });
  }
  return batch;
}

function plainly(batch: readonly SeriesPoint[]): string {
  let text = "";
  for (const { owner, point, value, at } of batch) {
    text += `${owner.kind},building=${owner.building},device=${owner.deviceId} ${point}=${value} ${at}\n`;
  }
  return text;
}

/** Fields a second of one core, the median of many batches. */
function measure(encode: (batch: readonly SeriesPoint[]) => number): number {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const batch = batchOf(round);
    const began = performance.now();
    if (encode(batch) === 0) throw new Error("nothing was encoded");
    rates.push(batch.length / ((performance.now() - began) / 1_000));
  }
  return median(rates.slice(ROUNDS / 10));
}

const columns = new ColumnsOfKind("environment-sensor", { names: new Set(), companionsUpTo: new Map() });
const sorter = new LineSorter({ fleet: new FleetMemory(), columnsOf: () => columns, lanes: 2 });
const ours = measure((batch) => {
  const lines = sorter.sort(batch, 0);
  const length = lines.lanes.reduce((sum, lane) => sum + Buffer.byteLength(textOfAll(lane)), 0);
  lines.stored(new Map());
  return length;
});
const plain = measure((batch) => Buffer.byteLength(plainly(batch)));
const millions = (rate: number) => (rate / 1e6).toFixed(2);
console.log(
  `line encoding: ${millions(ours)} million fields/s per core (goal ${millions(GOAL)}); a bare template a point: ${millions(plain)}`,
);
