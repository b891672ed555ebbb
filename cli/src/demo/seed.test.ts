import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TEAM_ROLES } from "@linli/model";
import { hashToken } from "@linli/runtime";
import { openMemoryState, type StateStore } from "@linli/stores";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seedDemo } from "./seed.ts";

const NOW = Date.UTC(2026, 10, 23);
let dataDir = "";
let state: StateStore;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "linli-seed-"));
  state = await openMemoryState();
});
afterEach(async () => {
  await state.close();
  await rm(dataDir, { recursive: true });
});
const seed = (wanted = true) => seedDemo(state, { dataDir, wanted, now: NOW });

describe("seedDemo", () => {
  it("plants two communities with some 400 devices of every kind, once", async () => {
    expect(await seed()).toBe(true);
    const devices = await state.registry.allDevices();
    const levels = Object.groupBy(await state.registry.places(), ({ level }) => level);
    expect(levels.community).toHaveLength(2);
    expect(devices.length).toBeGreaterThan(350);
    expect(devices.length).toBeLessThan(450);
    expect(new Set(devices.map(({ kind }) => kind)).size).toBe(9);
    expect(await seed()).toBe(true);
    expect(await state.registry.allDevices()).toHaveLength(devices.length);
  });

  it("keeps the logins in a file of this user alone, and only their hashes in the registry", async () => {
    await seed();
    const file = join(dataDir, "demo", "fleet.json");
    expect((await stat(file)).mode & 0o077).toBe(0);
    const fleet = JSON.parse(await readFile(file, "utf8")) as { devices: { id: string; token: string | null }[] };
    const known = new Map(
      (await state.registry.credentials()).map((credential) => [credential.deviceId, credential.hash]),
    );
    for (const { id, token } of fleet.devices) {
      if (token !== null) expect(Buffer.from(known.get(id) ?? []).equals(hashToken(token)), id).toBe(true);
    }
  });

  it("arranges a desk and a team of every trade, so that whoever tries it is told on the page", async () => {
    await seed();
    const { team, contact } = await state.arrangements.all();
    expect(team.filter(({ desk }) => desk)).toMatchObject([{ placeId: null, members: ["admin"] }]);
    expect(new Set(team.map(({ role }) => role))).toEqual(new Set(TEAM_ROLES));
    expect(contact).toMatchObject([{ id: "admin", urgent: [{ channelId: "page" }] }]);
  });

  it("never plants anything in a folder that began empty", async () => {
    expect(await seed(false)).toBe(false);
    expect(await seed(true)).toBe(false);
    expect(await state.registry.allDevices()).toEqual([]);
  });
});
