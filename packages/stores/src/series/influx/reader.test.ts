import { LinliError } from "@linli/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeName } from "./names.ts";
import { type PagedRead, readPaged } from "./paged-read.ts";
import { openInfluxReader } from "./reader.ts";
import type { InfluxServer, QueriedStatement } from "./server.ts";

const T0 = Date.UTC(2026, 10, 23);
const HOUR = 3_600_000;

/** A server that answers each statement as told, and remembers what it was asked. */
function answering(answer: (statement: string) => QueriedStatement): InfluxServer & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    query: async (_level, statements) => {
      asked.push(statements);
      return statements.split("; ").map(answer);
    },
    write: () => Promise.reject(new Error("reads only")),
    close: () => Promise.resolve(),
  };
}

const nothing: QueriedStatement = { series: [] };
const sensors: QueriedStatement = {
  series: [{ name: "environment-sensor", columns: ["key", "value"], values: [["device", "s1"]] }],
};

/** What is left of a statement when every quoted name and text is taken out of it, and those. */
function dissect(statement: string): { skeleton: string; quoted: string[] } {
  const quoted: string[] = [];
  const skeleton = statement.replace(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/gs, (_, name?: string, text?: string) => {
    quoted.push((name ?? text ?? "").replace(/\\(.)/gs, "$1"));
    return name === undefined ? "TEXT" : "NAME";
  });
  return { skeleton, quoted };
}

/** Asks everything of a device and a point; the statements that come of it. */
async function statementsFor(deviceId: string, point: string): Promise<string[]> {
  const asked: string[] = [];
  const server: InfluxServer = {
    ...answering(() => nothing),
    query: async (_level, statements) => {
      asked.push(statements);
      if (statements.startsWith("SHOW TAG VALUES")) return [sensors];
      return dissect(statements)
        .skeleton.split("; ")
        .map(() => nothing);
    },
  };
  const reader = openInfluxReader(server, { cacheMs: 0 });
  const query = { deviceId, points: [point], from: T0, to: T0 + HOUR, limit: 10 };
  await reader.range(query);
  await reader.aggregate({ ...query, bucketMs: HOUR, fn: "count" });
  await reader.last(deviceId);
  await reader.points(deviceId);
  // when it was asked is no part of the question
  return asked.map((text) => text.replace(/time >= \d+ms/g, "time >= SOMETIMEms"));
}

const hostile = fc.oneof(
  fc.string({ minLength: 1, unit: "binary" }).filter((text) => text.isWellFormed()),
  fc
    .array(
      fc.constantFrom(
        "'",
        '"',
        "\\",
        ";",
        " OR ",
        "--",
        "/*",
        "\n",
        "\r",
        "\u0000",
        "DROP",
        "a",
        "温",
        "$1",
        "=~",
        "/.*/",
      ),
      {
        minLength: 1,
      },
    )
    .map((parts) => parts.join("")),
);

describe("names", () => {
  test("whatever they are, never change what is asked, and are asked for as they are stored", async () => {
    const plain = (await statementsFor("device", "point")).map((one) => dissect(one).skeleton);
    const property = fc.asyncProperty(hostile, hostile, async (deviceId, point) => {
      const asked = (await statementsFor(deviceId, point)).map(dissect);
      expect(asked.map(({ skeleton }) => skeleton)).toEqual(plain);
      expect(asked.flatMap(({ quoted }) => quoted)).toContain(encodeName(deviceId));
      expect(asked.flatMap(({ quoted }) => quoted)).toContain(encodeName(point));
    });
    await fc.assert(property, { numRuns: 300 });
  });
});

describe("pages", () => {
  const rowsArbitrary = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 3 })), { maxLength: 60 })
    .map((moments) => [...new Map(moments)].toSorted(([a], [b]) => a - b))
    // as many rows a moment as places a device was in
    .map((moments) => moments.flatMap(([at, places]) => Array.from({ length: places }, (_, n) => [at, n] as const)));

  test("together have every row once, in order", async () => {
    const property = fc.asyncProperty(rowsArbitrary, fc.integer({ min: 3, max: 20 }), async (rows, limit) => {
      const server = answering((statement) => {
        const [from = 0, most = 0] = statement.split(" ").map(Number);
        return { series: [{ name: "k", columns: [], values: rows.filter(([at]) => at >= from).slice(0, most) }] };
      });
      const taken: unknown[] = [];
      const read: PagedRead = {
        level: "raw",
        from: 0,
        to: 100,
        limit,
        statement: (part, most) => `${part.from} ${most}`,
        take: (some) => {
          taken.push(...some);
          return true;
        },
      };
      await readPaged(server, [read]);
      expect(taken).toEqual(rows);
    });
    await fc.assert(property);
  });
});

describe("a server that cannot answer", () => {
  const query = { deviceId: "s1", points: ["temperature"], from: T0, to: T0 + HOUR, limit: 10 };

  test("for want of a database, is unavailable and says what helps", async () => {
    const server = answering(() => {
      throw new LinliError("not-found", "InfluxDB: database not found: linli");
    });
    const reader = openInfluxReader(server);
    for (const asked of [reader.range(query), reader.last("s1"), reader.points("s1"), reader.devices()]) {
      await expect(asked).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringMatching(/linli doctor/),
      });
    }
  });

  test("is asked again for the next question", async () => {
    let isDown = true;
    const server = answering((statement) => {
      if (isDown) throw new LinliError("unavailable", "no answer");
      return statement.startsWith("SHOW") ? sensors : nothing;
    });
    const reader = openInfluxReader(server);
    await expect(reader.range(query)).rejects.toMatchObject({ code: "unavailable" });
    isDown = false;
    expect(await reader.range(query)).toEqual({ points: { temperature: [] }, truncated: false, level: "raw" });
  });

  test("an aggregate, is asked for single readings instead", async () => {
    const server = answering((statement) => {
      if (statement.startsWith("SHOW")) return sensors;
      if (statement.includes("sum(")) throw new LinliError("invalid", "a number that JSON has no form for");
      const values = statement.includes("temperature")
        ? [
            [T0, 1, null],
            [T0 + 1, 2, null],
          ]
        : [];
      return { series: [{ name: "environment-sensor", columns: [], values }] };
    });
    const { points } = await openInfluxReader(server).aggregate({ ...query, bucketMs: 60_000, fn: "sum" });
    expect(points).toEqual({ temperature: [[T0, 3]] });
  });
});
