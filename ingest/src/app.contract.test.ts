import { type App, createLogger, type IngestDetails, type ProcessStatus, systemClock } from "@linli/runtime";
import { afterEach, beforeEach, expect, test } from "vitest";
import { create } from "./app.ts";
import { entry, published } from "./testing/entries.ts";
import { type Folder, makeFolder } from "./testing/folder.ts";

const deps = { clock: systemClock, log: createLogger("ingest", "silent") };
const NOW = Date.now();

let folder: Folder;
let app: App | undefined;

beforeEach(async () => {
  folder = await makeFolder();
  await folder.addDevice("s1");
});

afterEach(async () => {
  await app?.stop();
  await folder.remove();
});

async function start(): Promise<void> {
  app = create(folder.settings, deps);
  await app.start();
}

test("a message becomes readings in the series store and the device's state", async () => {
  await start();
  await folder.append([
    published("s1", NOW, { ts: NOW - 40, values: { temperature: 21.5, motion: true, madeUp: 3 } }),
    published("s1", NOW + 5, { temperature: "warm", humidity: 40 }),
  ]);
  await folder.drained();

  const range = {
    deviceId: "s1",
    points: ["temperature", "humidity"],
    from: NOW - 60_000,
    to: NOW + 60_000,
    limit: 10,
  };
  expect((await folder.series.range(range)).points).toEqual({
    temperature: [[NOW - 40, 21.5]],
    humidity: [[NOW + 5, 40]],
  });
  const [state] = await folder.state.watch.states(["s1"]);
  expect(state).toMatchObject({
    connection: "online",
    lastSeenAt: NOW + 5,
    points: {
      temperature: { value: 21.5, quality: "good", observedAt: NOW - 40 },
      humidity: { value: 40, quality: "good", observedAt: NOW + 5 },
      madeUp: { value: 3, quality: "unknown" },
    },
  });
  expect(await folder.ingest.call("states", { deviceIds: ["s1", "nobody"] })).toEqual([state]);
  const letters = await folder.state.archive.deadLetters({}, { limit: 10 });
  expect(letters.items).toMatchObject([{ reason: "not-a-number", field: "temperature", value: "warm" }]);
  expect(await folder.state.watch.transitions("s1", 10)).toMatchObject([{ data: { from: "unknown", to: "online" } }]);
});

test("a device that was created a moment ago is known", async () => {
  await start();
  await folder.addDevice("late");
  await folder.append([published("late", NOW, { temperature: 20 }), published("nobody", NOW, { temperature: 20 })]);
  await folder.drained();
  expect(await folder.series.last("late")).toEqual({ temperature: [NOW, 20] });
  const letters = await folder.state.archive.deadLetters({}, { limit: 10 });
  expect(letters.items).toMatchObject([{ reason: "unknown-device", value: "nobody" }]);
});

test("what was declared before a message came is what the message is read by", async () => {
  await start();
  for (let n = 0; n < 5; n++) {
    await folder.addDevice(`declared-${n}`);
    await folder.append([published(`declared-${n}`, NOW, { label: 1 })]);
    await folder.drained();
    await folder.declare(`declared-${n}`, { label: { type: "string" } });
    await folder.append([published(`declared-${n}`, NOW + 1, { label: 2 })]);
    await folder.drained();
    const [state] = await folder.state.watch.states([`declared-${n}`]);
    expect(state?.points.label).toMatchObject({ value: 1, quality: "unknown" });
  }
  const letters = await folder.state.archive.deadLetters({}, { limit: 10 });
  expect(letters.items.map(({ reason }) => reason)).toEqual(Array(5).fill("not-text"));
});

test("after a stop it goes on where it was, and nothing is done twice", async () => {
  await start();
  await folder.append([published("s1", NOW, { ts: NOW, seq: 1, type: "reboot" }, "event")]);
  await folder.drained();
  await app?.stop();
  await folder.append([
    published("s1", NOW + 10, { ts: NOW, seq: 1, type: "reboot" }, "event"),
    published("s1", NOW + 20, { temperature: 22 }),
    entry("tick", NOW + 1_000),
  ]);
  await start();
  await folder.drained();
  expect((await folder.state.archive.events({ deviceId: "s1" }, { limit: 10 })).total).toBe(1);
  expect(await folder.series.last("s1")).toEqual({ temperature: [NOW + 20, 22] });
  const status = (await folder.ingest.call("status")) as ProcessStatus<IngestDetails>;
  expect(status).toMatchObject({ name: "ingest", ready: true, faults: [] });
  expect(status.details).toMatchObject({
    watch: { lag: 0, time: NOW + 1_000 },
    archive: { lag: 0, written: 1, rejected: 0 },
  });
});

test("a second start on the same folder is refused", async () => {
  await start();
  await expect(create(folder.settings, deps).start()).rejects.toMatchObject({ code: "conflict" });
});
