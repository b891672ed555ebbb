import { hours } from "@linli/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { incidentOf, Seeds } from "../../testing/alerts.ts";
import { createTestApi, START_AT, type TestApi } from "../../testing/test-api.ts";

type Caller = Awaited<ReturnType<TestApi["personWith"]>>;

let api: TestApi;
let admin: Caller;
let manager: Caller;
let viewer: Caller;
beforeEach(async () => {
  api = await createTestApi();
  admin = await api.personWith("root", "admin", null);
  manager = await api.personWith("mei", "manager", "a");
  viewer = await api.personWith("wang", "viewer", "a");
});
afterEach(() => api.close());

const ROTA = {
  name: "Nights",
  timeZone: "Asia/Shanghai",
  layers: [{ people: ["mei", "wang"], from: "2026-01-01", handover: "08:00", everyDays: 7 }],
};
const TEAM = { name: "Property A", role: "property", placeId: "a", members: ["mei"] };
const EMAIL = {
  host: "mail.example.com",
  port: 465,
  security: "tls",
  from: "linli@example.com",
  user: "linli",
  password: "hunter2-hunter2",
};
const url = (type: string, id: string) => `/api/v1/arrangements/${type}/${id}`;

async function arrange(who: Caller, type: string, id: string, value: object, version?: number) {
  return who("PUT", url(type, id), { value, ...(version !== undefined && { version }) });
}

describe("arrangements", () => {
  it("are made, read, changed by version, and their versions are kept", async () => {
    const made = await arrange(manager, "rota", "nights", ROTA);
    expect(made).toMatchObject({ status: 200, body: { version: 1, changedBy: "mei", value: { id: "nights" } } });
    expect(made.headers.etag).toBe('"1"');
    const changed = await arrange(manager, "rota", "nights", { ...ROTA, name: "All nights" }, 1);
    expect(changed.body.version).toBe(2);
    expect((await viewer("GET", url("rota", "nights"))).body).toEqual(changed.body);
    expect((await viewer("GET", "/api/v1/arrangements/rota")).body.items).toEqual([changed.body]);
    const versions = (await viewer("GET", `${url("rota", "nights")}/versions`)).body.items;
    expect(versions.map(({ value }: { value: { name: string } }) => value.name)).toEqual(["All nights", "Nights"]);
  });

  it("show what is stored to whoever edited an older version, by If-Match as well", async () => {
    await arrange(manager, "rota", "nights", ROTA);
    const again = await arrange(manager, "rota", "nights", { ...ROTA, name: "Mine" });
    expect([again.status, again.body.current.value.name, again.body.current.version]).toEqual([409, "Nights", 1]);
    const match = { "if-match": '"1"' };
    const edited = await manager("PUT", url("rota", "nights"), { value: { ...ROTA, name: "Mine" } }, match);
    expect([edited.status, edited.body.version]).toEqual([200, 2]);
  });

  it("can be sent back as they were read, lengths of time too", async () => {
    const steps = [
      { after: "0s", targets: [{ onCall: true }] },
      { after: "5m", targets: [{ desk: true }], by: "urgent" },
    ];
    const made = await arrange(manager, "escalation", "usual", { name: "Usual", steps, reminders: ["15m", "30m"] });
    expect(made.body.value.steps[1].after).toBe(300_000);
    const again = await arrange(manager, "escalation", "usual", { ...made.body.value, name: "As ever" }, 1);
    expect(again.body.value).toEqual({ ...made.body.value, name: "As ever" });
  });

  it("are refused with every problem by its field", async () => {
    const wrong = await arrange(manager, "rota", "nights", { ...ROTA, timeZone: "Mars", colour: "red" });
    expect(wrong.status).toBe(400);
    expect(wrong.body.problems.map(({ field }: { field: string }) => field).toSorted()).toEqual(["", "timeZone"]);
    const gone = await arrange(manager, "team", "a-team", { ...TEAM, rotaId: "none", members: ["nobody"] });
    expect(gone.body.problems).toEqual(
      expect.arrayContaining([{ field: "members.0", message: "person nobody is not there" }]),
    );
    expect((await arrange(manager, "rota", "nights", { ...ROTA, id: "days" })).body.problems[0].field).toBe("id");
    expect((await arrange(manager, "riddle", "x", {})).status).toBe(400);
  });

  it("are removed when nothing counts on them", async () => {
    await arrange(manager, "rota", "nights", ROTA);
    expect((await arrange(manager, "team", "a-team", { ...TEAM, rotaId: "nights" })).status).toBe(200);
    const used = await manager("DELETE", url("rota", "nights"));
    expect([used.status, used.body.detail]).toEqual([409, "it is counted on by team/a-team"]);
    expect((await manager("DELETE", url("team", "a-team"))).status).toBe(204);
    expect((await manager("DELETE", url("rota", "nights"))).status).toBe(204);
    expect((await manager("DELETE", url("rota", "nights"))).status).toBe(404);
  });

  it("take a manager at every place that they concern, and do not show what lies elsewhere", async () => {
    const other = await api.personWith("chen", "manager", "b");
    expect((await arrange(other, "team", "a-team", TEAM)).status).toBe(403);
    expect((await arrange(viewer, "team", "a-team", TEAM)).status).toBe(403);
    expect((await arrange(manager, "team", "desk", { ...TEAM, placeId: null })).status).toBe(403);
    expect((await arrange(manager, "team", "a-team", TEAM)).status).toBe(200);
    expect((await arrange(manager, "team", "a-team", { ...TEAM, placeId: "b" }, 1)).status).toBe(403);
    expect((await other("GET", url("team", "a-team"))).status).toBe(404);
    expect((await other("DELETE", url("team", "a-team"))).status).toBe(404);
    expect((await other("GET", `${url("team", "a-team")}/versions`)).status).toBe(404);
    expect((await other("GET", "/api/v1/arrangements/team")).body.items).toEqual([]);
    const { body } = await admin("GET", "/api/v1/audit?action=access.denied&authorId=chen");
    expect(body.items.map(({ target }: { target: string }) => target)).toContain(`DELETE ${url("team", "a-team")}`);
  });

  it("of a rota take a manager at the places of all teams that use it", async () => {
    const other = await api.personWith("chen", "manager", "b");
    await arrange(manager, "rota", "nights", ROTA);
    await arrange(manager, "team", "a-team", { ...TEAM, rotaId: "nights" });
    expect((await arrange(other, "rota", "nights", { ...ROTA, name: "x" }, 1)).status).toBe(404);
    expect((await arrange(manager, "rota", "nights", { ...ROTA, name: "x" }, 1)).status).toBe(200);
  });
});

describe("channels", () => {
  it("never give their secrets out, and keep them when a mask is sent back", async () => {
    const given = { name: "Mail", type: "email", config: EMAIL };
    const made = await arrange(admin, "channel", "mail", given);
    expect([made.status, made.body.value.config.password]).toEqual([200, "••••••"]);
    const edited = { ...made.body.value, config: { ...made.body.value.config, host: "mx.example.com" } };
    const changed = await arrange(admin, "channel", "mail", edited, 1);
    expect(changed.body.value.config).toMatchObject({ host: "mx.example.com", password: "••••••" });
    const stored = (await api.state.arrangements.get("channel", "mail"))?.value.config;
    expect(stored).toMatchObject({ host: "mx.example.com", password: EMAIL.password });
    for (const answer of [
      made,
      changed,
      await admin("GET", url("channel", "mail")),
      await admin("GET", "/api/v1/arrangements/channel"),
      await admin("GET", `${url("channel", "mail")}/versions`),
      await arrange(admin, "channel", "mail", edited),
      await admin("GET", "/api/v1/audit"),
    ]) {
      expect(JSON.stringify(answer.body)).not.toContain(EMAIL.password);
    }
  });

  it("say what it takes to set them up, and what of it is secret", async () => {
    const { items } = (await viewer("GET", "/api/v1/duty/channel-types")).body;
    const email = items.find(({ id }: { id: string }) => id === "email");
    expect(email).toMatchObject({ reaches: "person", config: { required: ["host", "port", "security", "from"] } });
    expect(email.config.properties.password.secret).toBe(true);
    expect(email.address.properties.email).toMatchObject({ format: "email" });
  });

  it("are an administrator's; others see that they are there", async () => {
    const given = { name: "Mail", type: "email", config: EMAIL };
    expect((await arrange(manager, "channel", "mail", given)).status).toBe(403);
    await arrange(admin, "channel", "mail", given);
    const { value } = (await viewer("GET", url("channel", "mail"))).body;
    expect(value).toMatchObject({ name: "Mail", type: "email", config: null });
  });

  it("are refused by what is wrong with their setting, which is not repeated", async () => {
    const wrong = await arrange(admin, "channel", "mail", { name: "Mail", type: "email", config: { password: 5 } });
    expect(wrong.body.problems[0].field).toMatch(/^config/);
    expect(JSON.stringify(wrong.body.problems)).not.toContain("5,");
    const unknown = await arrange(admin, "channel", "x", { name: "Pigeon", type: "pigeon", config: {} });
    expect(unknown.body.problems[0]).toMatchObject({ field: "type", value: "pigeon" });
    const masked = await arrange(admin, "channel", "mail", {
      name: "M",
      type: "email",
      config: { ...EMAIL, password: "••••••" },
    });
    expect([masked.status, masked.body.problems[0].field]).toEqual([400, "config"]);
  });

  it("hide what is secret in the address of a room, and keep it when it is sent back", async () => {
    await arrange(admin, "channel", "robots", { name: "Robots", type: "dingtalk-robot", config: {} });
    const address = { token: "abcdef0123456789", secret: "SEC0123456789", mentionAll: false };
    const team = { ...TEAM, rooms: [{ channelId: "robots", address }] };
    const made = await arrange(manager, "team", "a-team", team);
    expect(made.status, JSON.stringify(made.body)).toBe(200);
    expect(JSON.stringify(made.body)).not.toContain("SEC0123456789");
    const renamed = await arrange(manager, "team", "a-team", { ...made.body.value, name: "A" }, 1);
    expect(renamed.status, JSON.stringify(renamed.body)).toBe(200);
    expect((await api.state.arrangements.get("team", "a-team"))?.value.rooms[0]?.address).toEqual(address);
  });
});

describe("one's own contact", () => {
  const contact = { default: [{ channelId: "page", address: null }] };

  it("is one's own to read and write, and an administrator's", async () => {
    expect((await arrange(viewer, "contact", "wang", contact)).status).toBe(200);
    expect((await viewer("GET", "/api/v1/arrangements/contact")).body.items).toHaveLength(1);
    expect((await manager("GET", "/api/v1/arrangements/contact")).body.items).toEqual([]);
    expect((await manager("GET", url("contact", "wang"))).status).toBe(404);
    expect((await arrange(manager, "contact", "wang", contact, 1)).status).toBe(404);
    expect((await arrange(manager, "contact", "root", contact)).status).toBe(403);
    expect((await arrange(admin, "contact", "wang", contact, 1)).status).toBe(200);
  });

  it("is what a channel may be tried with", async () => {
    await arrange(admin, "channel", "mail", { name: "Mail", type: "email", config: EMAIL });
    const address = { email: "wang@example.com" };
    const test = (who: Caller) => who("POST", "/api/v1/duty/channels/mail/test", { address });
    expect((await test(viewer)).status).toBe(403);
    const own = { default: [{ channelId: "mail", address }] };
    expect((await arrange(viewer, "contact", "wang", own)).body).toMatchObject({ version: 1 });
    expect((await test(viewer)).body).toEqual({ outcome: "accepted", detail: "message-1" });
    expect((await test(manager)).status).toBe(403);
    expect((await test(admin)).status).toBe(200);
    expect(api.neighbours.tested[0]).toEqual({ channelId: "mail", address, language: "en" });
  });
});

describe("silences", () => {
  const silence = (more: object = {}) => {
    return { match: { devices: ["dev-a"] }, from: START_AT, until: START_AT + hours(2), reason: "door work", ...more };
  };

  it("carry who made them, whatever is sent, and end when somebody says so", async () => {
    const made = await arrange(manager, "silence", "s", silence({ by: "wang", secondBy: "wang", createdAt: 1 }));
    expect(made.body.value).toMatchObject({ by: "mei", createdAt: START_AT, secondBy: null, endedAt: null });
    expect((await viewer("POST", `${url("silence", "s")}/end`)).status).toBe(403);
    expect((await manager("POST", `${url("silence", "s")}/end`)).body.value.endedAt).toBe(START_AT);
    expect((await manager("POST", `${url("silence", "s")}/end`)).status).toBe(409);
  });

  it("without an end, or over all of the site, are refused", async () => {
    expect((await arrange(manager, "silence", "s", silence({ until: undefined }))).status).toBe(400);
    const long = await arrange(manager, "silence", "s", silence({ until: START_AT + hours(200) }));
    expect(long.body.problems[0]).toMatchObject({ field: "until", message: "at most 7 days" });
    expect((await arrange(admin, "silence", "s", silence({ match: { placeId: "sub" } }))).body.problems[0].field).toBe(
      "match",
    );
  });

  it("touch life safety only by a second person, for one device and at most four hours", async () => {
    const second = await api.personWith("li", "manager", "a");
    await arrange(manager, "silence", "s", silence());
    const confirm = (who: Caller, id = "s") => who("POST", `${url("silence", id)}/confirm`);
    expect((await confirm(manager)).status).toBe(403);
    expect((await confirm(viewer)).status).toBe(403);
    expect((await confirm(second)).body.value.secondBy).toBe("li");
    expect((await confirm(second)).status).toBe(409);
    const longer = await arrange(manager, "silence", "s", silence({ until: START_AT + hours(3) }), 2);
    expect(longer.body.value.secondBy).toBeNull();
    await arrange(manager, "silence", "long", silence({ until: START_AT + hours(5) }));
    expect((await confirm(second, "long")).body.problems[0].field).toBe("secondBy");
  });
});

describe("duty", () => {
  it("is given to people by their names, which crew may see and viewers may not", async () => {
    const crew = await api.personWith("li", "crew", "a");
    const { items } = (await crew("GET", "/api/v1/people/names")).body;
    expect(items).toContainEqual({ id: "mei", name: "Name of mei" });
    expect((await viewer("GET", "/api/v1/people/names")).status).toBe(403);
  });

  it("answers who would be told, of devices that the caller may see", async () => {
    const line = { at: 1, alertId: "r.x_dev-a_0", incidentId: null, occasion: "opened", personId: "mei" } as const;
    const told = {
      ...line,
      channelId: "sms",
      verdict: "queued",
      reason: "first",
      about: "",
      messageKey: null,
    } as const;
    api.neighbours.toldIf = [told];
    const ask = (deviceId: string) => ({ ruleId: "lift.entrapment", deviceId, severity: "critical" });
    const answer = await viewer("POST", "/api/v1/duty/what-if", ask("dev-a"));
    expect(answer.body).toEqual({ items: [told], names: { mei: "Name of mei" } });
    expect((await viewer("POST", "/api/v1/duty/what-if", ask("dev-b"))).status).toBe(404);
    expect(api.neighbours.asked).toEqual([ask("dev-a")]);
  });

  it("tells from the ledger who was told of what, within the caller's places, and of oneself everything", async () => {
    const seeds = new Seeds(api.state);
    const [a, b] = [await seeds.open("dev-a"), await seeds.open("dev-b")];
    await seeds.notify({ incidents: [incidentOf("gate-b", "b-1", [b])] });
    const line = (alertId: string, personId: string | null, at: number) => {
      const to = { incidentId: null, occasion: "opened", personId, channelId: "sms", messageKey: null } as const;
      return { at, alertId, ...to, verdict: "told", reason: "first", about: "" } as const;
    };
    const lines = [line(a.id, "mei", 1), line(b.id, "wang", 2), line("gate-b", null, 3), line(b.id, "mei", 4)];
    await seeds.notify({ ledger: lines });
    const told = async (who: Caller, query = "") => {
      const { body } = await who("GET", `/api/v1/duty/ledger?limit=10${query}`);
      return body.items.map(({ at }: { at: number }) => at);
    };
    expect(await told(admin)).toEqual([4, 3, 2, 1]);
    expect(await told(viewer)).toEqual([1]);
    expect(await told(viewer, "&personId=mei")).toEqual([1]);
    expect(await told(viewer, "&personId=wang")).toEqual([2]);
    expect(await told(await api.personWith("chen", "viewer", "b"))).toEqual([4, 3, 2]);
    expect(await told(admin, "&from=2&to=4")).toEqual([3, 2]);
  });

  it("lists what is wrong to managers, as far as it is theirs", async () => {
    await arrange(manager, "team", "a-team", TEAM);
    api.neighbours.found = [{ code: "nobody", subject: "team/a-team", detail: "x" }];
    const other = await api.personWith("chen", "manager", "b");
    expect((await manager("GET", "/api/v1/duty/findings")).body.items).toHaveLength(1);
    expect((await other("GET", "/api/v1/duty/findings")).body.items).toEqual([]);
    expect((await viewer("GET", "/api/v1/duty/findings")).status).toBe(403);
  });
});
