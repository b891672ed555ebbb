import { closingTopic, days } from "@linli/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alertOf, careOf, incidentOf, Seeds, warmRule } from "../../testing/alerts.ts";
import { createTestApi, START_AT, type TestApi } from "../../testing/test-api.ts";

const author = { id: "test", type: "system", at: START_AT } as const;

let api: TestApi;
let seeds: Seeds;
beforeEach(async () => {
  api = await createTestApi();
  seeds = new Seeds(api.state);
  await api.state.rules.put(warmRule("room.warm"), 0, "test", author);
});
afterEach(() => api.close());

const ids = (body: { items: { alert: { id: string } }[] }) => body.items.map(({ alert }) => alert.id);

describe("the list of alerts", () => {
  it("carries what it takes to word them", async () => {
    const alert = await seeds.open("dev-a");
    const { body } = await api.admin("GET", "/api/v1/alerts");
    expect(body).toMatchObject({ next: null, total: 1 });
    expect(body.items[0]).toEqual({
      alert,
      care: null,
      rule: {
        name: { zh: "过热", en: "Too warm" },
        text: { zh: "{device}过热", en: "{device} is too warm" },
        steps: { zh: "1. 开窗", en: "1. Open a window" },
        role: "property",
        closedBy: null,
      },
      targets: { acknowledge: 15 * 60_000, arrive: 4 * 3_600_000, fix: days(1) },
      device: { id: "dev-a", name: "Sensor dev-a", kind: "environment-sensor", placeId: "a-1" },
      place: [
        { id: "sub", name: "街道" },
        { id: "a", name: "甲社区" },
        { id: "a-1", name: "1号楼" },
      ],
    });
  });

  it("shows only what lies within the caller's places, page by page, each once", async () => {
    for (let n = 0; n < 5; n += 1) await seeds.open("dev-a", { openedAt: START_AT + n });
    await seeds.open("dev-b");
    const viewer = await api.tokenFor("viewer", "a");
    const seen: string[] = [];
    for (let after = ""; ; ) {
      const { body } = await api.call(viewer, "GET", `/api/v1/alerts?limit=2${after && `&after=${after}`}`);
      seen.push(...ids(body));
      expect(body.total).toBe(5);
      if (body.next === null) break;
      after = encodeURIComponent(body.next);
    }
    expect(seen).toEqual([4, 3, 2, 1, 0].map((n) => alertOf("dev-a", { openedAt: START_AT + n }).id));
    expect(ids((await api.call(viewer, "GET", "/api/v1/alerts?in=b")).body)).toEqual([]);
    expect((await api.call(viewer, "GET", "/api/v1/alerts?after=nonsense")).status).toBe(400);
  });

  it("is narrowed by what is asked", async () => {
    const warm = await seeds.open("dev-a");
    const critical = await seeds.open("dev-b", { ruleId: "room.hot", severity: "critical" });
    await seeds.notify({ cares: [careOf(warm.id, { acknowledgedAt: START_AT, assignee: "li" })] });
    const found = async (query: string) => ids((await api.admin("GET", `/api/v1/alerts?${query}`)).body);
    expect(await found("")).toEqual([critical.id, warm.id]);
    expect(await found("acknowledged=true")).toEqual([warm.id]);
    expect(await found("severity=critical,low")).toEqual([critical.id]);
    expect(await found("rule=room.warm&kind=environment-sensor")).toEqual([warm.id]);
    expect(await found("search=hot")).toEqual([critical.id]);
    expect(await found("assignee=li")).toEqual([warm.id]);
    expect(await found("in=a")).toEqual([warm.id]);
    expect(await found("active=false")).toEqual([]);
    expect((await api.admin("GET", "/api/v1/alerts?severity=loud")).status).toBe(400);
  });

  it("is counted by severity for a badge, within the caller's places", async () => {
    await seeds.open("dev-a");
    await seeds.open("dev-b", { severity: "critical" });
    const all = (await api.admin("GET", "/api/v1/alerts/counts")).body;
    expect(all).toEqual({ informational: 0, low: 0, medium: 0, high: 1, critical: 1 });
    const viewer = await api.tokenFor("viewer", "a");
    expect((await api.call(viewer, "GET", "/api/v1/alerts/counts")).body.critical).toBe(0);
    expect((await api.admin("GET", "/api/v1/stats")).body.alerts).toEqual(all);
  });
});

describe("one alert", () => {
  it("has its time line: what was decided, done and told, with the names of people", async () => {
    const { id } = await seeds.open("dev-a");
    const crew = await api.personWith("li", "crew", "a");
    await crew("POST", `/api/v1/alerts/${id}/comment`, { text: "on my way" });
    const line = { at: START_AT, alertId: id, incidentId: null, occasion: "opened", personId: "li" } as const;
    const told = { ...line, channelId: "sms", verdict: "told", reason: "first", about: "", messageKey: null } as const;
    await seeds.notify({ ledger: [told] });
    const { body } = await api.admin("GET", `/api/v1/alerts/${id}`);
    expect(body.timeLine.changes).toEqual([
      expect.objectContaining({ change: "opened", severity: "high", reason: "temperature 31 above 30" }),
    ]);
    expect(body.timeLine.actions[0]).toMatchObject({ by: { type: "person", id: "li" }, deed: { text: "on my way" } });
    expect(body.timeLine.ledger[0]).toMatchObject({ personId: "li", verdict: "told" });
    expect(body.names).toEqual({ li: "Name of li" });
  });

  it("stays on the list of those who had it, when its device moves away", async () => {
    const { id } = await seeds.open("dev-a");
    await api.admin("PATCH", "/api/v1/devices/dev-a", { version: 1, placeId: "b-1" });
    const [before, after] = [await api.tokenFor("viewer", "a"), await api.tokenFor("viewer", "b")];
    expect((await api.call(before, "GET", `/api/v1/alerts/${id}`)).status).toBe(200);
    expect((await api.call(after, "GET", `/api/v1/alerts/${id}`)).status).toBe(200);
  });
});

describe("what people do about an alert", () => {
  it.each([
    ["acknowledge", undefined],
    ["unacknowledge", undefined],
    ["arrived", undefined],
    ["assign", { personId: null }],
    ["comment", { text: "x" }],
    ["snooze", { until: START_AT + 3_600_000 }],
    ["known", { until: START_AT + days(30), text: "part ordered" }],
  ])("%s is written down, with its author", async (deed, payload) => {
    const { id } = await seeds.open("dev-a");
    const li = await api.personWith("li", "manager", "a");
    const answer = await li("POST", `/api/v1/alerts/${id}/${deed}`, payload);
    expect(answer).toMatchObject({ status: 201, body: { alertId: id, by: { type: "person", id: "li" } } });
    expect(await api.state.alerts.actionsAfter(0, 10)).toEqual([answer.body]);
    const audit = (await api.admin("GET", `/api/v1/audit?target=${id}`)).body.items;
    expect(audit[0]).toMatchObject({ action: `alert.${answer.body.deed.type}`, authorId: "li" });
  });

  it("is refused when it makes no sense", async () => {
    const { id } = await seeds.open("dev-a");
    const post = (what: string, payload: object) => api.admin("POST", `/api/v1/alerts/${id}/${what}`, payload);
    expect((await post("snooze", { until: START_AT - 1 })).body.problems[0].field).toBe("until");
    expect((await post("snooze", { until: START_AT + days(2) })).status).toBe(400);
    expect((await post("known", { until: START_AT + days(31), text: "x" })).status).toBe(400);
    expect((await post("assign", { personId: "nobody" })).body.problems[0].field).toBe("personId");
    expect((await post("comment", { text: " " })).status).toBe(400);
  });

  it("cannot stop what is over", async () => {
    const alert = await seeds.open("dev-a");
    await seeds.watch("cleared", [{ ...alert, active: false, clearedAt: START_AT + 1, endedBy: "cleared" }]);
    expect((await api.admin("POST", `/api/v1/alerts/${alert.id}/acknowledge`)).status).toBe(409);
    expect((await api.admin("POST", `/api/v1/alerts/${alert.id}/comment`, { text: "late" })).status).toBe(201);
  });
});

describe("closing an alert", () => {
  const closing = { outcome: "real", text: "door realigned" };
  const ingest = (lag: number) => {
    const self = { name: "ingest", pid: 1, since: START_AT, rssBytes: 1, ready: true, faults: [] };
    api.neighbours.statuses.set("ingest", { ...self, details: { watch: { lag, time: START_AT, sequence: 1 } } });
  };
  beforeEach(() => ingest(0));

  it("is not asked of a watch that is away or far behind, which would do it after the answer", async () => {
    const alert = await seeds.open("dev-a");
    const close = () => api.admin("POST", `/api/v1/alerts/${alert.id}/close`, closing);
    ingest(1_000_000);
    expect((await close()).status).toBe(503);
    api.neighbours.statuses.clear();
    expect((await close()).status).toBe(503);
    expect(api.neighbours.appended).toEqual([]);
  });

  it("goes through the journal, and is answered when it has ended", async () => {
    const alert = await seeds.open("dev-a", { latched: true });
    const li = await api.personWith("li", "crew", "a");
    api.neighbours.onAppend = () =>
      seeds.watch("cleared", [{ ...alert, active: false, clearedAt: START_AT + 1, endedBy: "person" }]);
    const answer = await li("POST", `/api/v1/alerts/${alert.id}/close`, closing);
    expect(answer).toMatchObject({ status: 201, body: { deed: { type: "close", outcome: "real" } } });
    const [message] = api.neighbours.appended;
    expect(message).toMatchObject({ principal: "person:li", topic: closingTopic(alert.id) });
    expect(JSON.parse(Buffer.from(message?.payloadBase64 ?? "", "base64").toString())).toEqual(closing);
  });

  it("is a conflict while its condition holds, and then nothing is written down", async () => {
    const alert = await seeds.open("dev-a");
    const answering = api.admin("POST", `/api/v1/alerts/${alert.id}/close`, closing);
    await until(() => api.neighbours.appended.length > 0);
    await api.clock.run(3_000);
    const answer = await answering;
    expect([answer.status, answer.body.detail]).toEqual([409, expect.stringContaining("still holds")]);
    expect(await api.state.alerts.actionsAfter(0, 10)).toEqual([]);
  });

  it("of one that is over already writes down what it was, and asks nobody", async () => {
    const alert = await seeds.open("dev-a");
    await seeds.watch("cleared", [{ ...alert, active: false, clearedAt: START_AT + 1, endedBy: "cleared" }]);
    const answer = await api.admin("POST", `/api/v1/alerts/${alert.id}/close`, { ...closing, outcome: "nuisance" });
    expect([answer.status, api.neighbours.appended]).toEqual([201, []]);
  });

  it("takes the trade that the rule asks for", async () => {
    await api.state.rules.put(warmRule("room.medicine", { latched: true, closedBy: "pharmacist" }), 0, "x", author);
    const alert = await seeds.open("dev-a", { ruleId: "room.medicine", latched: true });
    await seeds.watch("cleared", [{ ...alert, active: false, clearedAt: START_AT + 1, endedBy: "cleared" }]);
    const li = await api.personWith("li", "manager", null);
    expect((await li("POST", `/api/v1/alerts/${alert.id}/close`, closing)).status).toBe(403);
    const team = { id: "pharmacists", name: "Pharmacists", role: "pharmacist" as const, placeId: "a" };
    await api.state.arrangements.put("team", { ...team, members: ["li"], desk: false, rooms: [] }, 0, author);
    expect((await li("POST", `/api/v1/alerts/${alert.id}/close`, closing)).status).toBe(201);
  });
});

describe("incidents", () => {
  it("list their members, to those who may see the whole place", async () => {
    const [a, b] = [await seeds.open("dev-a"), await seeds.open("dev-b")];
    await seeds.notify({ incidents: [incidentOf("power", "sub", [a, b]), incidentOf("gate", "a-1", [a])] });
    const { body } = await api.admin("GET", "/api/v1/incidents/power");
    expect([body.incident.cause, ids({ items: body.alerts })]).toEqual(["common", [a.id, b.id]]);
    const viewer = await api.tokenFor("viewer", "a");
    const list = await api.call(viewer, "GET", "/api/v1/incidents?open=true");
    expect(list.body.items.map(({ id }: { id: string }) => id)).toEqual(["gate"]);
    expect((await api.call(viewer, "GET", "/api/v1/incidents/power")).status).toBe(404);
  });
});

/** Lets requests get on; they wait for nothing but each other. */
async function until(done: () => boolean): Promise<void> {
  for (let turns = 0; turns < 10_000 && !done(); turns += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(done()).toBe(true);
}
