import { LinliError, newDeviceSchema } from "@linli/model";
import { createLogger, hashToken, systemClock } from "@linli/runtime";
import { openMemoryState, RegistryView, type StateStore } from "@linli/stores";
import type { Client } from "aedes";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Principal } from "./principal.ts";
import { RegistryFollower } from "./registry-follower.ts";
import type { Session } from "./session.ts";
import { SessionMemory } from "./session-memory.ts";
import { Sessions } from "./sessions.ts";

const AUTHOR = { id: "test", type: "system", at: 1 } as const;

let state: StateStore;
let credentialId: string;

beforeEach(async () => {
  state = await openMemoryState();
  await state.registry.putPlace({ id: "town", level: "subdistrict", parentId: null, name: "T", order: 0 }, AUTHOR);
  const lamp = newDeviceSchema.parse({ id: "lamp", kind: "streetlight", name: "Lamp", placeId: "town" });
  await state.registry.createDevice(lamp, AUTHOR);
  credentialId = (await state.registry.issueCredential("lamp", hashToken("t"), null, AUTHOR)).id;
  const token = { id: "dashboard", name: "D", hash: hashToken("d"), grants: [], createdAt: 1, createdBy: "test" };
  await state.access.createToken({ ...token, expiresAt: null, revokedAt: null }, AUTHOR);
});

afterEach(() => state.close());

function sessionOf(principal: Principal): Session {
  const session = { principal, filters: new Set(), commandDevices: new Map(), expiresAt: null, endReason: undefined };
  return { ...session, client: { close: () => undefined } as Client } as unknown as Session;
}

test("a revocation is not lost when the store fails in the middle of a look", async () => {
  const device = sessionOf({ type: "device", id: "lamp", credentialId });
  const program = sessionOf({ type: "integrator", id: "dashboard", placeIds: [] });
  const sessions = new Sessions();
  sessions.add(device);
  sessions.add(program);
  let failures = 1;
  const follower = new RegistryFollower({
    registry: await RegistryView.load(state),
    access: {
      async tokens() {
        if (failures-- > 0) throw new LinliError("unavailable", "busy");
        return state.access.tokens();
      },
    },
    sessions,
    memory: new SessionMemory(() => undefined),
    commands: { changed: () => undefined } as never,
    states: { clear: () => undefined } as never,
    clock: systemClock,
    log: createLogger("test", "silent"),
  });
  await state.registry.revokeCredential(credentialId, AUTHOR);
  await state.access.revokeToken("dashboard", AUTHOR);

  await follower.follow();
  expect([device.endReason, program.endReason]).toEqual(["revoked", undefined]);
  await follower.follow();
  expect(program.endReason).toBe("revoked");
});
