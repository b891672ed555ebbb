import { DEVICE_KINDS, type NewDevice, newDeviceSchema } from "@linli/model";
import { sleep, systemClock } from "@linli/runtime";
import { createMemoryJournal, type JournalEntry, openMemoryState, RegistryView } from "@linli/stores";
import { afterEach, beforeEach, expect, test } from "vitest";
import { limits, site } from "../testing/context.ts";
import { entry, published } from "../testing/entries.ts";
import { WatchLoop } from "./loop.ts";

const AUTHOR = { id: "test", type: "system", at: 0 } as const;
const T = Date.UTC(2026, 0, 15);

let state: Awaited<ReturnType<typeof openMemoryState>>;
let journal: ReturnType<typeof createMemoryJournal>;
let pushed: string[];
let brokerStarts: number;
const running: { loop: WatchLoop; ended: Promise<void> }[] = [];

beforeEach(async () => {
  state = await openMemoryState();
  journal = createMemoryJournal();
  pushed = [];
  brokerStarts = 0;
  await state.registry.putPlace({ id: "sub", level: "subdistrict", parentId: null, name: "S", order: 0 }, AUTHOR);
  await addDevice("s1");
});

afterEach(async () => {
  await stop();
  await state.close();
});

async function addDevice(id: string, more: Partial<NewDevice> = {}): Promise<void> {
  const device = { id, kind: "environment-sensor", name: id, placeId: "sub", ...more };
  await state.registry.createDevice(newDeviceSchema.parse(device), AUTHOR);
}

async function append(...entries: JournalEntry[]): Promise<void> {
  for (const each of entries) journal.writer.append(each, () => undefined);
  await journal.writer.flush();
}

async function open(): Promise<WatchLoop> {
  return WatchLoop.open({
    journal: journal.reader(),
    state,
    registry: await RegistryView.load(state),
    kinds: DEVICE_KINDS,
    limits,
    site,
    clock: systemClock,
    changed: (ids) => pushed.push(...ids),
    brokerStarted: () => brokerStarts++,
    quarantined: () => undefined,
  });
}

async function start(): Promise<WatchLoop> {
  const loop = await open();
  running.push({ loop, ended: loop.run() });
  return loop;
}

async function stop(): Promise<void> {
  for (const { loop, ended } of running.splice(0)) {
    loop.stop();
    await ended;
  }
}

async function drained(loop: WatchLoop): Promise<void> {
  const { sequence } = await journal.reader().end();
  while (loop.progress.committed.sequence < sequence) {
    loop.hurry();
    await sleep(systemClock, 5);
  }
}

test("what changes is pushed, and committed with its transition", async () => {
  const loop = await start();
  await append(entry("start", T, { topic: "epoch" }), published("s1", T, { temperature: 20 }));
  await drained(loop);
  expect(pushed).toEqual(["s1"]);
  expect(brokerStarts).toBe(1);
  expect(await state.watch.states(["s1"])).toMatchObject([{ connection: "online", lastSeenAt: T }]);
  expect(await state.watch.transitions("s1", 5)).toMatchObject([{ at: T, data: { to: "online", reason: "heard" } }]);
});

test("the next one goes on where the last one stopped, sessions and deadlines included", async () => {
  const first = await start();
  const session = { principal: "s1", topic: "x" };
  await append(
    entry("connect", T, session),
    entry("disconnect", T + 1_000, { ...session, payload: { reason: "lost" } }),
  );
  await drained(first);
  await stop();
  const ticks = Array.from({ length: 61 }, (_, index) => entry("tick", T + 1_000 + index * 1_000));
  await append(...ticks);
  await drained(await start());
  expect(await state.watch.transitions("s1", 5)).toMatchObject([
    { at: T + 61_000, data: { to: "offline", reason: "session-lost" } },
    { at: T, data: { to: "online" } },
  ]);
});

test("devices created in the middle of a run of records are known, before and after a restart", async () => {
  const loop = await start();
  for (const id of ["n1", "n2", "n3"]) {
    await addDevice(id);
    await append(
      published("s1", T, { temperature: 20 }),
      published(id, T, { temperature: 21 }),
      published("nobody", T, {}),
    );
  }
  await drained(loop);
  await stop();
  const again = await start();
  expect(
    again
      .states()
      .map(({ deviceId }) => deviceId)
      .toSorted(),
  ).toEqual(["n1", "n2", "n3", "s1"]);
});

test("the answer to a command reaches its record before the position passes it", async () => {
  await state.commands.create(
    { id: "c1", deviceId: "s1", name: "reboot", args: {}, expiresAt: Date.now() + 60_000 },
    { ...AUTHOR, at: Date.now() },
  );
  const loop = await start();
  await append(published("s1", T, { ok: true, detail: "done" }, "commands/c1/result"));
  await drained(loop);
  expect(await state.commands.command("c1")).toMatchObject({ state: "done", ok: true, detail: "done", answeredAt: T });
});

test("a restart takes over at once, and whoever was watch before commits nothing any more", async () => {
  const old = await open();
  const loop = await start();
  await append(published("s1", T, { temperature: 20 }));
  await drained(loop);
  old.hurry();
  await expect(old.run()).rejects.toMatchObject({ code: "conflict" });
  expect(await state.watch.transitions("s1", 5)).toHaveLength(1);
});

test("a device is forgotten when it is retired, however much else changed before", async () => {
  const loop = await start();
  await append(entry("start", T, { topic: "epoch" }), published("s1", T, { temperature: 20 }));
  await drained(loop);
  expect(loop.states(["s1"])).toHaveLength(1);
  await stop();

  const again = await open();
  for (let n = 0; n < 1_001; n++) await state.changes.announce("platform", `fault-${n}`, null, T);
  await state.registry.retireDevice("s1", AUTHOR);
  await append(entry("tick", T + 1_000));
  running.push({ loop: again, ended: again.run() });
  await drained(again);
  expect(again.states(["s1"])).toEqual([]);
});
