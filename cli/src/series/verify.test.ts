import { createMemorySeries, type SeriesOwner, type SeriesPoint } from "@linli/stores";
import { describe, expect, it } from "vitest";
import { Owners } from "./owners.ts";
import { END_OF_TIME, historyReader, type Plan } from "./plan.ts";
import { verifyCopy } from "./verify.ts";

const DAY = 86_400_000;
const T0 = Date.UTC(2026, 10, 23);

const owner: SeriesOwner = { deviceId: "s1", kind: "k", community: "", compound: "", building: "" };
const reading = (at: number, value: SeriesPoint["value"], rest: Partial<SeriesPoint> = {}): SeriesPoint => {
  return { owner, point: "load", type: typeof value === "number" ? "number" : "string", value, at, ...rest };
};

const WHOLE: Plan = {
  from: 0,
  to: END_OF_TIME,
  rawFrom: 0,
  sourceRawFrom: 0,
  targetRawFrom: 0,
  since: { raw: 0, "5m": 0, "1h": 0 },
  devices: undefined,
};

async function compare(there: readonly SeriesPoint[], here: readonly SeriesPoint[], plan = WHOLE) {
  const [source, target] = [createMemorySeries(), createMemorySeries()];
  await source.writer.write(there);
  await target.writer.write(here);
  return verifyCopy(plan, {
    source: historyReader(source.reader, "source"),
    target: historyReader(target.reader, "target"),
    owners: new Owners({ devices: [], places: [] }, "k"),
    progress: () => {},
  });
}

describe("the comparison of both sides", () => {
  it("is content when everything is there, whatever else the target has", async () => {
    const same = [reading(T0, 1), reading(T0 + DAY, 2.5)];
    const result = await compare(same, [
      ...same,
      reading(T0 + 5, 9),
      reading(T0, 7, { owner: { ...owner, deviceId: "s2" } }),
    ]);
    const equal = { count: 2, sum: 3.5 };
    expect(result).toEqual({ from: equal, to: equal, series: 1, until: END_OF_TIME, extra: 1, differences: [] });
  });

  it("names what is missing and what is different, with counts, sums and the first moment", async () => {
    const there = [reading(T0, 1), reading(T0 + 1, 2), reading(T0 + 2, 3), reading(T0, "x", { point: "mode" })];
    const here = [reading(T0, 1), reading(T0 + 2, 30), reading(T0, "x", { point: "mode" })];
    const { differences } = await compare(there, here);
    expect(differences).toEqual([
      {
        part: "raw",
        deviceId: "s1",
        point: "load",
        from: { count: 3, sum: 6 },
        to: { count: 2, sum: 31 },
        missing: 1,
        different: 1,
        firstAt: T0 + 1,
      },
    ]);
  });

  it("a value that lost its flag, and one that became another type, are different", async () => {
    const there = [reading(T0, 1, { faulty: true }), reading(T0 + 1, 1)];
    const { differences } = await compare(there, [reading(T0, 1), reading(T0 + 1, "1")]);
    expect(differences).toMatchObject([{ missing: 0, different: 2 }]);
  });
});
