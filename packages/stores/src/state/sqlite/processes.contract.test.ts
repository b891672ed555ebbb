import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ALL, author, device, NOW, plant, refusal, sha256, state } from "../contract/fixtures.ts";
import type { StateStore } from "../port.ts";
import { RegistryView } from "../registry-view.ts";
import { SCHEMA_VERSION } from "./migrations/index.ts";
import { openSqliteState, type SqliteStateOptions } from "./open.ts";

let folder: string;
let file: string;
const stores: StateStore[] = [];
const children: ChildProcess[] = [];

async function open(options: Partial<SqliteStateOptions> = {}): Promise<StateStore> {
  const store = await openSqliteState({ file, ...options });
  stores.push(store);
  return store;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "linli-state-"));
  file = join(folder, "data", "state.db");
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const store of stores.splice(0)) await store.close();
  await rm(folder, { recursive: true });
});

/** A process of its own that runs this script until it is killed; resolves with its first line of output. */
async function run(script: string): Promise<{ child: ChildProcess; line: string }> {
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: [...stdio] });
  children.push(child);
  const ended = once(child, "exit").then(() => Promise.reject(new Error("the other process ended by itself")));
  const [data] = (await Promise.race([once(child.stdout as NodeJS.ReadableStream, "data"), ended])) as [Buffer];
  ended.catch(() => undefined);
  return { child, line: data.toString() };
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

/** A process that has executed this, and then stays. */
async function other(sql: string): Promise<ChildProcess> {
  const { child } = await run(`import { DatabaseSync } from "node:sqlite";
    const db = new DatabaseSync(${JSON.stringify(file)}, { timeout: 5000 });
    db.exec(${JSON.stringify(sql)});
    console.log("ready"); setInterval(() => {}, 1000);`);
  return child;
}

describe("several processes on one file", () => {
  it("may all open a new folder at once", async () => {
    const opened = await Promise.all(Array.from({ length: 5 }, () => open()));
    await plant(opened[0] as StateStore);
    expect(await opened[4]?.registry.places()).toHaveLength(7);
  });

  it("see each other's changes, and lose none of what both write", async () => {
    const [a, b] = [await open(), await open()];
    await plant(a);
    const view = await RegistryView.load(b);
    const create = (store: StateStore, prefix: string) =>
      Array.from({ length: 40 }, (_, index) => store.registry.createDevice(device(`${prefix}${index}`), author));
    await Promise.all([...create(a, "a"), ...create(b, "b")]);
    await view.refresh();
    expect(Array.from(view.devices())).toHaveLength(80);
    expect((await a.registry.devices({}, ALL)).total).toBe(80);
    expect((await b.access.audit({ action: "device.create" }, ALL)).total).toBe(80);
  });

  it("give the same edit to one of two, and the other a conflict", async () => {
    const [a, b] = [await open(), await open()];
    await plant(a);
    await a.registry.createDevice(device("l1"), author);
    const edits = [a, b].map((store, index) => store.registry.updateDevice("l1", 1, { name: `by ${index}` }, author));
    const outcomes = (await Promise.allSettled(edits)).map((outcome) => outcome.status);
    expect(outcomes.toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it("wait for one that writes, and say so when it never ends", async () => {
    const store = await open({ busyTimeoutMs: 50 });
    await plant(store);
    const child = await other("begin immediate");
    const message = await refusal(store.registry.createDevice(device("l1"), author), "unavailable");
    expect(message).toContain("busy");
    expect(await store.registry.places()).toHaveLength(7);
    await kill(child);
    await store.registry.createDevice(device("l1"), author);
  });

  it("lose the whole of a transaction that was killed, and nothing before it", async () => {
    const store = await open();
    await plant(store);
    const child = await other("begin immediate; update places set name = 'half'; delete from audit");
    await kill(child);
    expect((await store.registry.places()).filter((one) => one.name === "half")).toEqual([]);
    expect((await store.access.audit({}, ALL)).total).toBe(7);
  });
});

describe("a crash of watch in the middle of a commit", () => {
  it("shows one whole commit, the one of the checkpoint", async () => {
    await (await open()).close();
    const { child, line } =
      await run(`import { openSqliteState } from ${JSON.stringify(import.meta.resolve("./open.ts"))};
      const store = await openSqliteState({ file: ${JSON.stringify(file)} });
      const epoch = await store.leases.acquire("watch", "a", 0, 1000);
      for (let n = 1; ; n += 1) {
        const points = { speed: { value: n, quality: "good", observedAt: 1, receivedAt: 1 } };
        const states = Array.from({ length: 3500 }, (_, index) => (
          { deviceId: "l" + index, connection: "online", connectionSince: 1, lastSeenAt: 1, points }));
        const checkpoint = { position: "p", sequence: n, time: n, memory: "" };
        const rules = states.map(({ deviceId }) => ({ deviceId, ruleId: "r.a", state: String(n) }));
        const transitions = Array.from({ length: 400 }, (_, index) => ({ type: "alert", at: n, deviceId: "l" + index,
          key: "a" + index + ":" + n, data: { change: "seen", alert: { id: "a" + index, ruleId: "r.a", active: true,
            severity: "low", deviceId: "l" + index, openedAt: 1, endedBy: null, lastSeenAt: n } } }));
        await store.watch.commit({ checkpoint, states, transitions, rules }, epoch);
        if (n === 3) console.log(n);
      }`);
    await kill(child);
    const store = await open();
    const { checkpoint, states, rules } = await store.watch.load();
    expect(checkpoint?.sequence).toBeGreaterThanOrEqual(Number(line));
    expect(states).toHaveLength(3_500);
    expect(new Set(states.map((one) => one.points["speed"]?.value))).toEqual(new Set([checkpoint?.sequence]));
    expect(rules).toHaveLength(3_500);
    expect(new Set(rules.map((one) => one.state))).toEqual(new Set([String(checkpoint?.sequence)]));

    // the next owner takes over what the last whole commit left behind, and nothing of a later one
    const epoch = await store.leases.acquire("watch", "b", 2_000, 1_000);
    const next = { position: "p", sequence: 9_999, time: 9_999, memory: "" };
    await store.watch.commit({ checkpoint: next, states: [], transitions: [], rules: [] }, epoch);
    expect((await store.watch.load()).rules).toHaveLength(3_500);
    const { transitions } = await store.history.after({ event: 0, transition: 0 }, 1_000_000);
    expect(transitions).toHaveLength(400 * Number(checkpoint?.sequence));
    expect((await store.alerts.alert("a399"))?.alert.lastSeenAt).toBe(checkpoint?.sequence);
  });

  it("leaves the states of the last whole commit, and the next owner goes on from there", async () => {
    const first = await open();
    const epoch = await first.leases.acquire("watch", "a", 0, 10);
    const commit = (n: number) => ({
      checkpoint: { position: `p${n}`, sequence: n, time: NOW, memory: "" },
      states: Array.from({ length: 30 }, (_, index) => state(`l${index}`, n)),
      transitions: [],
      rules: [],
    });
    await first.watch.commit(commit(1), epoch);
    // the parts of a second commit that never came to its checkpoint
    await other(`insert into device_states select device_id, 1 - slot, 2, 'offline', 0, 0, '{}'
      from device_states limit 12`);
    const second = await open();
    const next = await second.leases.acquire("watch", "b", 20, 10);
    const values = async () => new Set((await second.watch.states()).map((one) => one.points["speed"]?.value));
    expect(await values()).toEqual(new Set([1]));
    await second.watch.commit({ ...commit(2), states: [state("l29", 2)] }, next);
    expect(await values()).toEqual(new Set([1, 2]));
    expect(await second.watch.states()).toHaveLength(30);
  });

  it("reads what the last whole commit laid aside, and nothing of one that never ended", async () => {
    const first = await open();
    const epoch = await first.leases.acquire("watch", "a", 0, 10);
    const memories = ["kept", "changed", "ended"].map((deviceId) => ({ deviceId, ruleId: "r.a", state: "1" }));
    const checkpoint = { position: "p1", sequence: 1, time: NOW, memory: "" };
    await first.watch.commit({ checkpoint, states: [], transitions: [], rules: memories }, epoch);
    const part = (changes: [string, string | null][], key: string) =>
      JSON.stringify({
        rules: changes.map(([deviceId, value]) => ({ deviceId, ruleId: "r.a", state: value })),
        transitions: [{ key, type: "connection", deviceId: "kept", at: NOW, data: {} }],
      });
    await other(`insert into watch_parts (commit_no, part) values
      (1, '${part(
        [
          ["changed", "2"],
          ["ended", null],
        ],
        "counts",
      )}'), (2, '${part([["kept", "9"]], "never")}')`);
    const rules = new Set([
      { deviceId: "kept", ruleId: "r.a", state: "1" },
      { deviceId: "changed", ruleId: "r.a", state: "2" },
    ]);
    const second = await open();
    expect(new Set((await second.watch.load()).rules)).toEqual(rules);
    const next = await second.leases.acquire("watch", "b", 20, 10);
    const later = { checkpoint: { ...checkpoint, position: "p2" }, states: [], transitions: [], rules: [] };
    await second.watch.commit(later, next);
    expect(new Set((await second.watch.load()).rules)).toEqual(rules);
    expect((await second.watch.transitions("kept", 10)).map(({ key }) => key)).toEqual(["counts"]);
  });
});

describe("the file", () => {
  it("never holds a token, a password or a session's secret", async () => {
    const store = await open();
    await plant(store);
    await store.registry.createDevice(device("l1"), author);
    const secret = "kJ3-very-secret-token";
    await store.registry.issueCredential("l1", sha256(secret), null, author);
    await store.registry.rotateCredential("l1", sha256(`${secret}2`), NOW, author);
    const lines = JSON.stringify([await store.changes.since(0, 100), await store.access.audit({}, ALL)]);
    const hash = Buffer.from(sha256(secret));
    for (const form of [secret, hash.toString("hex"), hash.toString("base64"), hash.toString("base64url")]) {
      expect(lines).not.toContain(form);
      for (const part of [file, `${file}-wal`]) expect((await readFile(part)).includes(form)).toBe(false);
    }
  });

  it("of a newer version is refused and left as it is, with or without its log", async () => {
    await (await open()).close();
    const db = new DatabaseSync(file);
    db.exec("insert into kysely_migration values ('999-later', '2030-01-01')");
    db.close();
    const before = await readFile(file);
    const message = await refusal(open(), "conflict");
    expect(message).toContain("999-later");
    expect(message).toContain(SCHEMA_VERSION);
    expect((await readFile(file)).equals(before)).toBe(true);
    expect([existsSync(`${file}-wal`), existsSync(`${file}-shm`)]).toEqual([false, false]);

    await kill(await other("update kysely_migration set timestamp = '2031'"));
    const log = await readFile(`${file}-wal`);
    await refusal(open(), "conflict");
    expect((await readFile(file)).equals(before)).toBe(true);
    expect((await readFile(`${file}-wal`)).equals(log)).toBe(true);
  });

  it("that is no database is corrupt, and a folder that cannot be made is unavailable", async () => {
    await (await open()).close();
    await writeFile(join(folder, "text.db"), "this is not a database, only a text that is long enough\n".repeat(50));
    await refusal(openSqliteState({ file: join(folder, "text.db") }), "corrupt");
    await refusal(openSqliteState({ file: join(folder, "text.db", "below", "state.db") }), "unavailable");
  });

  it("can be copied while others write, and never over another file", async () => {
    const store = await open();
    await plant(store);
    const { child } = await run(`import { DatabaseSync } from "node:sqlite";
      const db = new DatabaseSync(${JSON.stringify(file)}, { timeout: 5000 });
      const put = db.prepare("insert into meta values (?, 'x')");
      for (let n = 0; ; n += 1) { put.run(String(n)); if (n === 5) console.log("writing"); }`);
    const copy = join(folder, "copy.db");
    await store.backup(copy);
    await refusal(store.backup(copy), "conflict");
    await kill(child);
    const restored = await openSqliteState({ file: copy });
    stores.push(restored);
    expect(await restored.registry.places()).toEqual(await store.registry.places());
    expect(await restored.changes.latest()).toBe(await store.changes.latest());
  });
});
