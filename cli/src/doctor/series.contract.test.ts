import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "@linli/runtime";
import { openSqliteSeriesWriter } from "@linli/stores";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkSeries } from "./series.ts";

const T0 = Date.UTC(2026, 10, 23);
const owner = { deviceId: "s1", kind: "environment-sensor", community: "", compound: "", building: "" };

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "linli-doctor-"));
});
afterEach(() => rm(dir, { recursive: true }));

const check = () => checkSeries(readSettings({ LINLI_DATA_DIR: dir }), { fix: false });

async function write(...moments: number[]): Promise<void> {
  const retention = { rawMs: Infinity, fiveMinutesMs: Infinity, hourMs: Infinity };
  const writer = await openSqliteSeriesWriter({ dir: join(dir, "series"), retention });
  await writer.write(moments.map((at) => ({ owner, point: "temperature", type: "number" as const, value: 1, at })));
  await writer.close();
}

describe("doctor, embedded series store", () => {
  it("is content with a folder that is not there yet", async () => {
    expect(await check()).toMatchObject([{ verdict: "ok", detail: expect.stringContaining("0 devices") }]);
  });

  it("counts files and devices and names the days", async () => {
    await write(T0, T0 + 86_400_000);
    const [found, ...more] = await check();
    expect(more).toEqual([]);
    expect(found?.detail).toMatch(/^sqlite: 2 files, \d+ MiB, 1 devices, raw readings from 2026-11-23 to 2026-11-24$/);
  });

  it("names files that were set aside because they are damaged", async () => {
    await write(T0);
    await writeFile(join(dir, "series", "2026-11-22.db.damaged-1"), "half a file");
    const found = await check();
    expect(found[1]).toMatchObject({ verdict: "warning", detail: expect.stringContaining("2026-11-22.db.damaged-1") });
    expect(found[1]?.remedy).toBeTruthy();
  });

  it("says when the catalogue cannot be read", async () => {
    await write(T0);
    const broken = Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(4_080, 7)]);
    broken.writeUInt32BE(1, 60);
    await writeFile(join(dir, "series", "catalogue.db"), broken);
    expect(await check()).toMatchObject([{ verdict: "problem", remedy: expect.stringContaining("backup") }]);
  });
});
