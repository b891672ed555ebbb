import { fillPath, ROLES, ROUTES, type Role, type Route, roleAtLeast } from "@linli/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alertOf, incidentOf, Seeds } from "../testing/alerts.ts";
import { createTestApi, type TestApi } from "../testing/test-api.ts";

/*
 * Every route of the table × every role × in and out of scope. What is asked is only who gets past the door: a refusal
 * is 401, 403 or 404; whatever else comes after it is not looked at here.
 */

let api: TestApi;
const tokens = new Map<string, string>();

beforeAll(async () => {
  api = await createTestApi();
  const seeds = new Seeds(api.state);
  const [a, b] = [await seeds.open("dev-a"), await seeds.open("dev-b")];
  await seeds.notify({ incidents: [incidentOf("incident-a", "a-1", [a]), incidentOf("incident-b", "b-1", [b])] });
  for (const role of ROLES) {
    for (const place of ["a", "b", null]) tokens.set(`${role}@${place}`, await api.tokenFor(role, place));
  }
});
afterAll(() => api.close());

/** Bodies and queries that are well formed and change nothing, so that the order of tests does not matter. */
const BODIES: Readonly<Record<string, unknown>> = {
  "PATCH /api/v1/devices/:id": { version: 999 },
  "POST /api/v1/devices/:id/commands": { name: "no-such-command" },
  "POST /api/v1/dead-letters/replay": { ids: ["none"] },
};

const REFUSED = new Set([401, 403, 404]);
/** Ids of the other parameters, which exist nowhere: behind the door that is a 404 of its own. */
const NOWHERE = {
  credentialId: "none",
  commandId: "none",
  proposalId: "none",
  type: "silence",
  version: "9",
  ruleId: "room.warm",
};
/** Told apart from the door's own 404 by its words. */
const DOOR = /not one of yours/;

/** The one of each sort of object that lies in a place. */
function objectIn(place: "a" | "b", { path, access: { at } }: Route): string {
  if (at === "place") return `${place}-1`;
  if (at === "alert") return alertOf(`dev-${place}`).id;
  if (path.startsWith("/api/v1/rules/")) return "room.warm";
  return at === "incident" ? `incident-${place}` : `dev-${place}`;
}

async function knock(route: Route, token: string | undefined, placeOf: "a" | "b") {
  const url = fillPath(route.path, { id: objectIn(placeOf, route), ...NOWHERE });
  const payload = BODIES[`${route.method} ${route.path}`];
  // an import or a push takes bytes: an empty array says nothing
  const body = payload ?? (route.body || route.consumes ? [] : undefined);
  return api.call(token, route.method, url, body === undefined ? {} : { payload: body as object });
}

const isStream = (route: Route) => route.produces?.includes("text/event-stream");
/** Removing and retiring really happen for those who may: tried here only by those who may not. */
const destructive = new Set(["removePlace", "retireDevice"]);

const all = Object.entries(ROUTES) as [string, Route][];
const guarded = all.filter(([, { access }]) => access.at !== "public");
const objects = all.filter(([, { access }]) => ["device", "place", "alert", "incident"].includes(access.at));
const scoped = all.filter(
  ([, route]) => "role" in route.access && route.access.at !== "everywhere" && !isStream(route),
);
const platformWide = all.filter(([, { access }]) => access.at === "everywhere");
const roleOf = (route: Route): Role => ("role" in route.access ? route.access.role : "viewer");

describe("every route", () => {
  it.each(guarded)("%s is nothing for nobody", async (_name, route) => {
    expect((await knock(route, undefined, "a")).status).toBe(401);
    expect((await knock(route, "not-a-token", "a")).status).toBe(401);
  });

  it.each(objects)("%s does not show what lies elsewhere", async (_name, route) => {
    for (const role of ROLES) {
      const { status, body } = await knock(route, tokens.get(`${role}@b`), "a");
      expect([status, body.detail], role).toEqual([404, expect.stringMatching(DOOR)]);
      expect(JSON.stringify(body), role).not.toContain("Sensor dev-a");
    }
  });

  it.each(scoped)("%s asks for its role at the place", async (name, route) => {
    for (const role of ROLES) {
      const may = roleAtLeast(role, roleOf(route));
      if (may && destructive.has(name)) continue;
      const { status, body } = await knock(route, tokens.get(`${role}@a`), "a");
      if (!may) expect(status, role).toBe(403);
      else if (REFUSED.has(status)) expect(body.detail, role).not.toMatch(/takes the role|not one of yours|sign in/);
    }
  });

  it.each(platformWide)("%s takes its role everywhere, not only at a place", async (_name, route) => {
    for (const role of ROLES) {
      expect((await knock(route, tokens.get(`${role}@a`), "a")).status, `${role} at a place`).toBe(403);
      const { status, body } = await knock(route, tokens.get(`${role}@null`), "a");
      if (!roleAtLeast(role, roleOf(route))) expect(status, role).toBe(403);
      else if (REFUSED.has(status)) expect(body.detail, role).not.toMatch(/takes the role/);
    }
  });
});

describe("lists", () => {
  it("hold only what lies within the caller's places", async () => {
    const viewer = tokens.get("viewer@a");
    const devices = await api.call(viewer, "GET", "/api/v1/devices");
    expect(devices.body.items.map(({ id }: { id: string }) => id)).toEqual(["dev-a"]);
    expect(devices.body.total).toBe(1);
    const states = await api.call(viewer, "GET", "/api/v1/states?ids=dev-a,dev-b");
    expect(states.body.items.map(({ deviceId }: { deviceId: string }) => deviceId)).toEqual(["dev-a"]);
    const places = await api.call(viewer, "GET", "/api/v1/places");
    expect(places.body.items.map(({ id }: { id: string }) => id)).toEqual(["sub", "a", "a-1"]);
    const stats = await api.call(viewer, "GET", "/api/v1/stats");
    expect(stats.body.devices.unknown).toBe(1);
  });

  it("cannot be widened by a query", async () => {
    const viewer = tokens.get("viewer@a");
    for (const query of ["in=b", "in=b-1", "search=dev-b", "in=nowhere"]) {
      const { body } = await api.call(viewer, "GET", `/api/v1/devices?${query}`);
      expect(body.items, query).toEqual([]);
    }
    const above = await api.call(viewer, "GET", "/api/v1/devices?in=sub");
    expect(above.body.items.map(({ id }: { id: string }) => id)).toEqual(["dev-a"]);
  });
});

describe("writing", () => {
  it("does not reach into places that are not one's own", async () => {
    const manager = tokens.get("manager@a");
    const device = { kind: "environment-sensor", name: "x", id: "new" };
    const create = await api.call(manager, "POST", "/api/v1/devices", { payload: { ...device, placeId: "b-1" } });
    expect([create.status, create.body.problems[0].field]).toEqual([400, "placeId"]);
    const move = { version: 1, placeId: "b-1" };
    const moved = await api.call(manager, "PATCH", "/api/v1/devices/dev-a", { payload: move });
    expect(moved.status).toBe(400);
    const behind = { version: 1, gatewayId: "dev-b" };
    const gateway = await api.call(manager, "PATCH", "/api/v1/devices/dev-a", { payload: behind });
    expect(gateway.body.problems[0].field).toBe("gatewayId");
    const place = { level: "building", parentId: "b", name: "x" };
    expect((await api.call(manager, "PUT", "/api/v1/places/b-2", { payload: place })).status).toBe(400);
    expect((await api.call(manager, "PUT", "/api/v1/places/b-1", { payload: place })).status).toBe(403);
    const root = { level: "subdistrict", parentId: null, name: "x" };
    expect((await api.call(manager, "PUT", "/api/v1/places/s2", { payload: root })).status).toBe(403);
  });

  it("leaves a line in the audit log when it is refused", async () => {
    await api.call(tokens.get("viewer@a"), "PATCH", "/api/v1/devices/dev-b", { payload: { version: 1 } });
    const { body } = await api.admin("GET", "/api/v1/audit?action=access.denied&limit=1");
    expect(body.items[0]).toMatchObject({ action: "access.denied", authorType: "token" });
  });
});
