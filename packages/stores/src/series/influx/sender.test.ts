import { LinliError } from "@linli/model";
import { describe, expect, test } from "vitest";
import type { SeriesPoint } from "../port.ts";
import { LineSorter } from "./batch-lines.ts";
import { ColumnsOfKind } from "./columns-of-kind.ts";
import { FleetMemory } from "./device-memory.ts";
import { Sender } from "./sender.ts";
import type { InfluxServer, WriteAnswer } from "./server.ts";

const T0 = Date.UTC(2026, 10, 23);
const STORED: WriteAnswer = { status: 204, message: "" };

interface Scripted extends InfluxServer {
  /** Lines of each request, in order. */
  readonly requests: (readonly string[])[];
  readonly stored: Set<string>;
}

/** A server of whose requests `judge` says what it answers and which lines it keeps; absent = it keeps them all. */
function scripted(
  judge: (lines: readonly string[]) => { answer: WriteAnswer; kept: readonly string[] } | undefined,
): Scripted {
  const requests: (readonly string[])[] = [];
  const stored = new Set<string>();
  return {
    requests,
    stored,
    write: async (_level, text) => {
      const lines = text.trimEnd().split("\n");
      requests.push(lines);
      const { answer, kept } = judge(lines) ?? { answer: STORED, kept: lines };
      for (const line of kept) stored.add(line);
      return answer;
    },
    query: () => Promise.reject(new Error("asks nothing")),
    close: () => Promise.resolve(),
  };
}

/** Every line but the bad ones is kept; what is said of them is up to the caller. */
function refusing(
  isBad: (line: string) => boolean,
  say: (bad: readonly string[]) => Omit<WriteAnswer, "retryAfterMs">,
) {
  return scripted((lines) => {
    const bad = lines.filter(isBad);
    if (bad.length === 0) return undefined;
    return { answer: say(bad), kept: lines.filter((line) => !isBad(line)) };
  });
}

/** A device and moment each, of two points; `set` changes single ones. */
function batchOf(count: number, set: (n: number) => Partial<SeriesPoint> = () => ({})): SeriesPoint[] {
  return Array.from({ length: count }, (_, n): SeriesPoint[] => {
    const owner = { deviceId: `d${n}`, kind: "environment-sensor", community: "c", compound: "p", building: "b" };
    const shared = { owner, type: "number", value: n, at: T0 + n } as const;
    return [
      { ...shared, point: "temperature", ...set(n) },
      { ...shared, point: "humidity" },
    ];
  }).flat();
}

async function send(
  server: InfluxServer,
  batch: readonly SeriesPoint[],
  sender = new Sender(server, { batchLines: 5_000 }),
) {
  const columns = new ColumnsOfKind("environment-sensor", { names: new Set(), companionsUpTo: new Map() });
  const sorter = new LineSorter({ fleet: new FleetMemory(), columnsOf: () => columns, lanes: 1 });
  const rejected = new Map<number, string>();
  await sender.send(sorter.sort(batch, 0).lanes.flat(), (index, reason) => void rejected.set(index, reason));
  return rejected;
}

const CONFLICT =
  'partial write: field type conflict: input field "temperature" on measurement "environment-sensor" is type float, already exists as type string dropped=';

describe("one bad reading among a thousand", () => {
  test("a type conflict costs that column, nothing of the others, and few requests", async () => {
    const server = refusing(
      (line) => line.includes("temperature="),
      (bad) => ({ status: 400, message: `${CONFLICT}${bad.length}` }),
    );
    const rejected = await send(server, batchOf(1_000));
    expect(rejected.size).toBe(1_000);
    expect([...rejected.keys()].every((index) => index % 2 === 0)).toBe(true);
    expect(rejected.get(0)).toMatch(/field type conflict/);
    expect([...server.stored].filter((line) => line.includes("humidity="))).toHaveLength(1_000);
    expect(server.requests.length).toBeLessThanOrEqual(3);
  });

  test("is sent apart from then on: the others go through at the first try", async () => {
    const server = refusing(
      (line) => line.includes("temperature="),
      (bad) => ({ status: 422, message: `failure writing points to database: ${CONFLICT}${bad.length}` }),
    );
    const sender = new Sender(server, { batchLines: 5_000 });
    await send(server, batchOf(10), sender);
    server.requests.length = 0;
    expect((await send(server, batchOf(10), sender)).size).toBe(10);
    expect(server.requests).toHaveLength(2);
  });

  test("an unparsable line that stores nothing of its batch (2.x)", async () => {
    const server = scripted((lines) => {
      const bad = lines.filter((line) => line.includes("temperature=500,") || line.includes("temperature=500 "));
      if (bad.length === 0) return undefined;
      const message = bad.map((line) => `unable to parse '${line}': invalid number`).join("\n");
      return { answer: { status: 400, message }, kept: [] };
    });
    const rejected = await send(server, batchOf(1_000));
    expect([...rejected.keys()]).toEqual([1_000]);
    expect(server.stored.size).toBe(1_000); // the other point of that moment too
    expect(server.requests.length).toBeLessThan(10);
  });

  test("readings that the retention does not reach go in one stroke, however many", async () => {
    const isOld = (line: string) => Number(line.slice(line.lastIndexOf(" "))) < T0 + 300;
    const server = refusing(isOld, (bad) => ({
      status: 400,
      message: `partial write: points beyond retention policy dropped=${bad.length}`,
    }));
    const rejected = await send(server, batchOf(1_000));
    expect(rejected.size).toBe(600);
    // all, the good ones, the old ones, and whether the present is taken
    expect(server.requests).toHaveLength(4);
  });

  test.each([400, 422])("something refused with %d that nobody has seen before is found by halves", async (status) => {
    const server = scripted((lines) =>
      lines.some((line) => line.includes("device=d321 ") && line.includes("humidity"))
        ? { answer: { status, message: "computer says no" }, kept: [] }
        : undefined,
    );
    const rejected = await send(server, batchOf(1_000));
    expect([...rejected]).toEqual([[643, "computer says no"]]);
    expect([...server.stored].filter((line) => line.includes("device="))).toHaveLength(1_000);
    expect(server.requests.length).toBeLessThan(40);
  });
});

test("a server that refuses everything in words that nobody knows is not there: no reading is to blame", async () => {
  const server = scripted(() => ({ answer: { status: 400, message: "computer says no" }, kept: [] }));
  await expect(send(server, batchOf(100))).rejects.toMatchObject({ code: "unavailable" });
  expect(server.requests).toHaveLength(2);
});

test("a server that finds everything too large is not there either", async () => {
  const server = scripted(() => ({ answer: { status: 413, message: "" }, kept: [] }));
  await expect(send(server, batchOf(4))).rejects.toMatchObject({ code: "unavailable" });
});

test("too large: less at a time, and it is remembered", async () => {
  const server = scripted((lines) =>
    lines.join("\n").length > 20_000 ? { answer: { status: 413, message: "" }, kept: [] } : undefined,
  );
  const sender = new Sender(server, { batchLines: 5_000 });
  expect((await send(server, batchOf(1_000), sender)).size).toBe(0);
  expect(server.stored.size).toBe(1_000);
  server.requests.length = 0;
  await send(server, batchOf(1_000), sender);
  expect(server.requests.every((lines) => lines.join("\n").length <= 20_000)).toBe(true);
});

test("no more lines in one request than configured", async () => {
  const server = scripted(() => undefined);
  await send(server, batchOf(25), new Sender(server, { batchLines: 10 }));
  expect(server.requests.map((lines) => lines.length)).toEqual([10, 10, 5]);
});

test.each([
  [401, "unauthorized access", undefined],
  [403, "insufficient permissions for write", undefined],
  [429, "", 7_000],
  [503, "", 60_000],
  [500, "internal error", undefined],
  [502, "<html>", undefined],
])("%d: nothing is stored or rejected, and it says how long to wait", async (status, message, retryAfterMs) => {
  const answer = { status, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  const server = scripted(() => ({ answer, kept: [] }));
  const failure = await send(server, batchOf(10)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(LinliError);
  expect(failure).toMatchObject({ code: "unavailable", retryAfterMs });
  expect(server.requests).toHaveLength(1);
});

test("a server to which the present is too old as well has a wrong clock: nothing is rejected", async () => {
  const server = refusing(
    () => true,
    (bad) => ({ status: 400, message: `partial write: points beyond retention policy dropped=${bad.length}` }),
  );
  await expect(send(server, batchOf(10))).rejects.toMatchObject({ code: "unavailable" });
});

test("what the server quotes does not count what it dropped", async () => {
  const server = refusing(
    (line) => line.includes("temperature=3"),
    () => ({ status: 400, message: "partial write: unable to parse 'x note=\"dropped=10\"': bad dropped=0" }),
  );
  expect([...(await send(server, batchOf(10))).keys()]).toEqual([6]);
});
