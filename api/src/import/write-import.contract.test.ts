import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteState, type StateStore } from "@linli/stores";
import { afterEach, beforeEach, expect, it } from "vitest";
import { newDevice, PLACES, START_AT } from "../testing/test-api.ts";
import { writeInThread } from "./write-import.ts";

const author = { id: "test", type: "system", at: START_AT } as const;
let dir: string;
let state: StateStore;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "linli-import-"));
  state = await openSqliteState({ file: join(dir, "state.db") });
  for (const place of PLACES) await state.registry.putPlace(place, author);
});
afterEach(async () => {
  await state.close();
  await rm(dir, { recursive: true, force: true });
});

const batchOf = (ids: readonly string[]) => {
  const tokenHashes = new Map([["d-0", new Uint8Array(32).fill(7)]]);
  return { places: [], devices: ids.map((id) => newDevice(id, "a-1")), tokenHashes };
};
const ids = Array.from({ length: 3_000 }, (_, n) => `d-${n}`);

it("writes a large import beside a process that goes on", async () => {
  let turns = 0;
  const counting = setInterval(() => (turns += 1), 1);
  await writeInThread(state.registry, join(dir, "state.db"))(batchOf(ids), author);
  clearInterval(counting);
  expect(turns).toBeGreaterThan(1);
  expect((await state.registry.devices({}, { limit: 1 })).total).toBe(3_000);
  expect(await state.registry.credentials("d-0")).toHaveLength(1);
});

it("writes all or nothing, and says why", async () => {
  await state.registry.createDevice(newDevice("d-2999", "a-1"), author);
  const writing = writeInThread(state.registry, join(dir, "state.db"))(batchOf(ids), author);
  await expect(writing).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("d-2999") });
  expect((await state.registry.devices({}, { limit: 1 })).total).toBe(1);
});
