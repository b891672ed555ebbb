import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureAdmin } from "../../access/first-start.ts";
import { createTestApi, START_AT, type TestApi } from "../../testing/test-api.ts";

const PASSWORD = "correct horse battery";
let api: TestApi;

beforeEach(async () => {
  api = await createTestApi();
  await ensureAdmin(api.state.access, PASSWORD, START_AT);
});
afterEach(() => api.close());

async function signIn(password = PASSWORD, name = "admin", headers: Record<string, string> = {}) {
  const answer = await api.call(undefined, "POST", "/api/v1/session", { payload: { name, password }, headers });
  const cookie = String(answer.headers["set-cookie"] ?? "");
  return { ...answer, cookie, session: { cookie: cookie.split(";")[0] ?? "" } };
}

const whoAmI = (headers: Record<string, string>) => api.call(undefined, "GET", "/api/v1/session", { headers });

describe("the first start", () => {
  it("makes the administrator once, and shows a made-up password only then", async () => {
    const fresh = await createTestApi();
    const password = await ensureAdmin(fresh.state.access, undefined, START_AT);
    expect(password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    expect(await ensureAdmin(fresh.state.access, undefined, START_AT)).toBeUndefined();
    expect(await ensureAdmin(fresh.state.access, "another password", START_AT)).toBeUndefined();
    const payload = { name: "admin", password: password ?? "" };
    expect((await fresh.call(undefined, "POST", "/api/v1/session", { payload })).status).toBe(200);
    await fresh.close();
  });
});

describe("a proxy", () => {
  it("is believed that it was asked over TLS only when the settings trust it", async () => {
    const behindProxy = await createTestApi({ environment: { LINLI_TRUSTED_PROXIES: "loopback, 172.16.0.0/12" } });
    await ensureAdmin(behindProxy.state.access, PASSWORD, START_AT);
    const cookieFor = async (remoteAddress: string) => {
      const headers = { "x-forwarded-proto": "https" };
      const payload = { name: "admin", password: PASSWORD };
      const answer = await behindProxy.call(undefined, "POST", "/api/v1/session", { headers, payload, remoteAddress });
      return String(answer.headers["set-cookie"]);
    };
    expect(await cookieFor("172.18.0.1")).toMatch(/; Secure/i);
    expect(await cookieFor("203.0.113.9")).not.toMatch(/; Secure/i);
    await behindProxy.close();
  });
});

describe("a session", () => {
  it("begins with a password, says who one is, and ends", async () => {
    const { status, body, cookie, session } = await signIn();
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: "admin", type: "person", grants: [{ role: "admin", placeId: null }] });
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Strict/i);
    expect((await whoAmI(session)).body.id).toBe("admin");
    expect((await api.call(undefined, "DELETE", "/api/v1/session", { headers: session })).status).toBe(204);
    expect((await whoAmI(session)).status).toBe(401);
  });

  it("ends everywhere at once when asked to, and when it is old", async () => {
    const first = await signIn();
    const second = await signIn();
    await api.call(undefined, "DELETE", "/api/v1/sessions", { headers: first.session });
    expect((await whoAmI(second.session)).status).toBe(401);
    const third = await signIn();
    api.clock.skip(8 * 86_400_000);
    expect((await whoAmI(third.session)).status).toBe(401);
  });

  it("does not write for a page of another site", async () => {
    const { session } = await signIn();
    const send = (headers: Record<string, string>) =>
      api.call(undefined, "DELETE", "/api/v1/places/none", { headers: { ...session, ...headers } });
    expect((await send({ origin: "https://evil.example" })).status).toBe(403);
    expect((await send({ origin: "null" })).status).toBe(403);
    expect((await send({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await send({ origin: "http://localhost:80", host: "localhost:80" })).status).toBe(404);
    expect((await send({ "sec-fetch-site": "same-origin" })).status).toBe(404);
  });

  it("changes its password with the old one only", async () => {
    const { session } = await signIn();
    const change = (current: string) =>
      api.call(undefined, "PUT", "/api/v1/session/password", {
        headers: session,
        payload: { current, password: "a new password" },
      });
    expect((await change("wrong")).status).toBe(403);
    expect((await change(PASSWORD)).status).toBe(204);
    expect((await whoAmI(session)).status).toBe(401);
    expect((await signIn("a new password")).status).toBe(200);
  });
});

describe("guessing", () => {
  it("becomes slow, says how long, and leaves lines in the audit log", async () => {
    for (let n = 0; n < 5; n += 1) expect((await signIn("wrong")).status).toBe(401);
    const blocked = await signIn();
    expect(blocked.status).toBe(429);
    expect(Number(blocked.headers["retry-after"])).toBeGreaterThan(0);
    expect((await signIn(PASSWORD, "somebody")).status).toBe(401);
    api.clock.skip(1_000);
    expect((await signIn()).status).toBe(200);
    const { body } = await api.admin("GET", "/api/v1/audit?action=login.failed");
    expect(body.items).toHaveLength(6);
    expect(JSON.stringify(body)).not.toContain("wrong");
  });

  it("is told the same of people who are not there", async () => {
    const known = await signIn("wrong");
    const unknown = await signIn("wrong", "nobody");
    expect({ ...unknown.body, instance: "" }).toEqual({ ...known.body, instance: "" });
  });
});

describe("people", () => {
  it("are let in with rights at a place, and shut out at once", async () => {
    const person = { id: "li", name: "李", grants: [{ role: "viewer", placeId: "a" }], password: "long enough 1" };
    expect((await api.admin("POST", "/api/v1/people", person)).status).toBe(201);
    expect((await api.admin("POST", "/api/v1/people", person)).status).toBe(409);
    const { session, body } = await signIn("long enough 1", "li");
    expect(body.grants).toEqual(person.grants);
    expect((await api.admin("PATCH", "/api/v1/people/li", { disabled: true })).body.disabledAt).toBe(START_AT);
    expect((await whoAmI(session)).status).toBe(401);
    expect((await signIn("long enough 1", "li")).status).toBe(401);
  });

  it("always keep one administrator among them", async () => {
    expect((await api.admin("PATCH", "/api/v1/people/admin", { disabled: true })).status).toBe(409);
    expect((await api.admin("PATCH", "/api/v1/people/admin", { grants: [] })).status).toBe(409);
  });

  it("cannot be granted a place that is not there", async () => {
    const grants = [{ role: "viewer", placeId: "nowhere" }];
    const { status, body } = await api.admin("POST", "/api/v1/tokens", { name: "x", grants });
    expect([status, body.problems[0].value]).toEqual([400, "nowhere"]);
  });
});

describe("an API token", () => {
  it("is shown once, works until it is revoked or over", async () => {
    const grants = [{ role: "viewer", placeId: "a" }];
    const made = await api.admin("POST", "/api/v1/tokens", { name: "grafana", grants, expiresAt: START_AT + 60_000 });
    expect(made.status).toBe(201);
    const { token, apiToken } = made.body;
    const use = async () => (await api.call(token, "GET", "/api/v1/devices/dev-a")).status;
    expect(await use()).toBe(200);
    const list = await api.admin("GET", "/api/v1/tokens");
    expect(list.body.items).toEqual([apiToken]);
    expect(JSON.stringify(list.body)).not.toContain(token);
    api.clock.skip(60_000);
    expect(await use()).toBe(401);
    const second = await api.admin("POST", "/api/v1/tokens", { name: "n", grants });
    await api.admin("DELETE", `/api/v1/tokens/${second.body.apiToken.id}`);
    expect((await api.call(second.body.token, "GET", "/api/v1/devices")).status).toBe(401);
  });
});
