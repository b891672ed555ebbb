import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SeriesQueries } from "./queries.ts";

const T0 = Date.UTC(2026, 10, 23);
const HOUR = 3_600_000;
const BATCH = 200;
/** Serial numbers are values; a second apart, so that batches cross slots, hours and days. */
const STEP_MS = 20_000;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "linli-series-crash-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

/** Writes batch after batch, rolling up in between, and prints the number of each batch that was acknowledged. */
function program(firstBatch: number): string {
  return `
    import { writeSync } from "node:fs";
    import { openSqliteSeriesWriter } from ${JSON.stringify(new URL("./writer.ts", import.meta.url).href)};
    const retention = { rawMs: Infinity, fiveMinutesMs: Infinity, hourMs: Infinity };
    const writer = await openSqliteSeriesWriter({ dir: ${JSON.stringify(dir)}, retention });
    const owner = { deviceId: "d", kind: "k", community: "", compound: "", building: "" };
    for (let batch = ${firstBatch}; ; batch++) {
      const points = Array.from({ length: ${BATCH} }, (_, n) => {
        const serial = batch * ${BATCH} + n;
        return { owner, point: "p" + (serial % 3), type: "integer", value: serial, at: ${T0} + serial * ${STEP_MS} };
      });
      await writer.write(points);
      writeSync(1, batch + "\\n");
      await writer.maintain(${T0} + batch * ${BATCH} * ${STEP_MS}, 5);
    }`;
}

/** Lets it run until `batches` are acknowledged, kills it, and answers the last one that was. */
async function killAfter(firstBatch: number, batches: number): Promise<number> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program(firstBatch)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let acknowledged = firstBatch - 1;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (acknowledged >= firstBatch + batches - 1) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
  return acknowledged;
}

test("what was acknowledged before kill -9 is readable after it, round after round, and sums agree", async () => {
  const points = ["p0", "p1", "p2"];
  let next = 0;
  for (const batches of [1, 7, 3, 20]) {
    const acknowledged = await killAfter(next, batches);
    const queries = new SeriesQueries(dir);
    const range = { deviceId: "d", points, from: 0, to: Date.UTC(2100, 0), limit: 1_000_000 };
    const stored = Object.values(queries.range(range).points).flat();
    const serials = new Set(stored.map(([, value]) => Number(value)));
    expect(serials.size).toBe(stored.length);
    const missing = Array.from({ length: (acknowledged + 1) * BATCH }, (_, serial) => serial).filter(
      (serial) => !serials.has(serial),
    );
    expect(missing).toEqual([]);
    const sums = Object.values(queries.aggregate({ ...range, bucketMs: HOUR, fn: "sum" }).points).flat();
    const sum = (values: Iterable<unknown>) => [...values].reduce((total: number, value) => total + Number(value), 0);
    expect(sum(sums.map(([, value]) => value))).toBe(sum(serials));
    queries.close();
    // the last batch again: nobody knows whether its acknowledgement was seen
    next = acknowledged;
  }
});
