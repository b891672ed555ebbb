import { DEVICE_KINDS } from "@linli/model";
import { hashToken } from "@linli/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, newDevice, START_AT, type TestApi } from "../../testing/test-api.ts";

const [kind, name] = [...DEVICE_KINDS.values()].flatMap(({ id, commands }) =>
  Object.entries(commands).flatMap(([command, { twoPersons }]) => (twoPersons ? [[id, command] as const] : [])),
)[0] ?? ["none", "none"];

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
});
afterEach(() => api.close());

/** Signs a person in without a password's slow hash. */
async function sessionOf(id: string): Promise<{ cookie: string }> {
  const author = { id: "test", type: "system", at: START_AT } as const;
  const grants = [{ role: "crew", placeId: "a" } as const];
  const person = { id, name: id, grants, language: "en", createdAt: START_AT, disabledAt: null } as const;
  await api.state.access.putPerson({ ...person, grants }, author);
  const session = { id: `s-${id}`, personId: id, hash: hashToken(id), createdAt: START_AT, userAgent: "" };
  await api.state.access.createSession({ ...session, expiresAt: START_AT + 86_400_000 });
  return { cookie: `linli_session=${id}` };
}

/** Arguments that the schema of a command takes. */
function argsOf(kindId: string, command: string): Record<string, unknown> {
  const shape = DEVICE_KINDS.get(kindId)?.commands[command]?.args.shape ?? {};
  const candidates: unknown[] = [1, 4, 10, true, "x", "A1", 60, 0.5];
  return Object.fromEntries(
    Object.entries(shape).map(([field, schema]) => {
      const good = candidates.find(
        (value) => (schema as { safeParse(v: unknown): { success: boolean } }).safeParse(value).success,
      );
      return [field, good];
    }),
  );
}

describe("commands", () => {
  it("are checked by the kind's own schema, made, listed and cancelled", async () => {
    const kindOf = DEVICE_KINDS.get("environment-sensor");
    const [command = "none"] = Object.entries(kindOf?.commands ?? {}).find(([, type]) => !type.twoPersons) ?? [];
    const url = "/api/v1/devices/dev-a/commands";
    const args = argsOf("environment-sensor", command);
    const made = await api.admin("POST", url, { name: command, args });
    expect(made.status).toBe(201);
    expect(made.body.command).toMatchObject({ deviceId: "dev-a", name: command, state: "pending" });
    const { id } = made.body.command;
    expect((await api.admin("GET", url)).body.items).toEqual([made.body.command]);
    expect((await api.admin("GET", `/api/v1/devices/dev-b/commands/${id}`)).status).toBe(404);
    expect((await api.admin("DELETE", `${url}/${id}`)).status).toBe(204);
    expect((await api.admin("GET", `${url}/${id}`)).body.state).toBe("cancelled");
    expect((await api.admin("DELETE", `${url}/${id}`)).status).toBe(409);
    const wrong = await api.admin("POST", url, { name: command, args: { nonsense: 1 } });
    expect([wrong.status, wrong.body.problems[0].field]).toEqual([400, expect.stringMatching(/^args/)]);
    expect((await api.admin("POST", url, { name: "constructor" })).body.problems[0].field).toBe("name");
  });

  it("that take two persons wait for another one, and for a person", async () => {
    await api.admin("POST", "/api/v1/devices", newDevice("two", "a-1", { kind }));
    const [li, wang] = [await sessionOf("li"), await sessionOf("wang")];
    const url = "/api/v1/devices/two/commands";
    const payload = { name, args: argsOf(kind, name) };
    const made = await api.call(undefined, "POST", url, { payload, headers: li });
    expect(made.body).toMatchObject({ command: null, proposal: { deviceId: "two", proposedBy: "li" } });
    expect(await api.state.commands.undelivered(START_AT, "two")).toEqual([]);
    const confirm = `/api/v1/devices/two/command-proposals/${made.body.proposal.id}/confirm`;
    expect((await api.call(undefined, "POST", confirm, { headers: li })).status).toBe(403);
    expect((await api.admin("POST", confirm)).status).toBe(403);
    expect((await api.admin("GET", url)).body.proposals).toHaveLength(1);
    const confirmed = await api.call(undefined, "POST", confirm, { headers: wang });
    expect(confirmed.body).toMatchObject({ name, state: "pending", createdBy: "wang" });
    expect((await api.call(undefined, "POST", confirm, { headers: wang })).status).toBe(404);
    const { body } = await api.admin("GET", "/api/v1/audit?action=command.confirm");
    expect(body.items[0].detail).toMatchObject({ proposedBy: "li" });
  });

  it("that nobody confirms in ten minutes are forgotten", async () => {
    await api.admin("POST", "/api/v1/devices", newDevice("two", "a-1", { kind }));
    const payload = { name, args: argsOf(kind, name) };
    const made = await api.admin("POST", "/api/v1/devices/two/commands", payload);
    api.clock.skip(600_000);
    const wang = await sessionOf("wang");
    const confirm = `/api/v1/devices/two/command-proposals/${made.body.proposal.id}/confirm`;
    expect((await api.call(undefined, "POST", confirm, { headers: wang })).status).toBe(404);
  });
});
