import { drillAlertId, drillOf } from "@linli/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alertOf, Seeds, warmRule } from "../../testing/alerts.ts";
import { createTestApi, START_AT, type TestApi } from "../../testing/test-api.ts";

const author = { id: "test", type: "system", at: START_AT } as const;
const ID = drillAlertId("d-1");
const DRILL = { people: ["li"], by: "admin", note: "" };

let api: TestApi;
let seeds: Seeds;
beforeEach(async () => {
  api = await createTestApi();
  seeds = new Seeds(api.state);
  await api.state.rules.put(warmRule("room.warm"), 0, "x", author);
  await api.personWith("li", "crew", "a");
});
afterEach(() => api.close());

const start = (more: object = {}, token?: string) => {
  const payload = { deviceId: "dev-a", ruleId: "room.warm", people: ["li"], ...more };
  return token === undefined
    ? api.admin("POST", "/api/v1/drills", payload)
    : api.call(token, "POST", "/api/v1/drills", { payload });
};

describe("drills", () => {
  it("are started by a word in the journal, at the rule's severity unless another is given", async () => {
    const { status, body } = await start({ minutes: 5 });
    expect([status, body.alertId]).toEqual([202, expect.stringMatching(/^DRILL-/)]);
    const [message] = api.neighbours.appended;
    expect(drillAlertId(drillOf(message?.topic ?? "") ?? "")).toBe(body.alertId);
    expect(message?.principal).toMatch(/^person:/);
    expect(JSON.parse(Buffer.from(message?.payloadBase64 ?? "", "base64").toString())).toMatchObject({
      deviceId: "dev-a",
      ruleId: "room.warm",
      ruleVersion: 1,
      severity: "high",
      people: ["li"],
      minutes: 5,
    });
  });

  it("are for managers of the device's place, and about what is there", async () => {
    expect((await start({}, await api.tokenFor("crew", "a"))).status).toBe(403);
    expect((await start({}, await api.tokenFor("manager", "b"))).status).toBe(404);
    expect((await start({}, await api.tokenFor("manager", "a"))).status).toBe(202);
    expect((await start({ deviceId: "gone" })).status).toBe(404);
    expect((await start({ ruleId: "room.gone" })).status).toBe(404);
    const nobody = await start({ people: ["gone"] });
    expect([nobody.status, nobody.body.problems[0]]).toEqual([400, expect.objectContaining({ field: "people" })]);
    expect((await start({ people: undefined })).body.problems[0].field).toBe("people");
    expect(api.neighbours.appended).toHaveLength(1);
  });

  it("are counted nowhere, and stand in a list of their own", async () => {
    await seeds.open("dev-a", { id: ID, drill: DRILL });
    await seeds.open("dev-a");
    expect((await api.admin("GET", "/api/v1/alerts/counts")).body.high).toBe(1);
    const statistics = (await api.admin("GET", `/api/v1/rules/statistics?from=${START_AT - 1}&to=${START_AT + 1}`)).body
      .items;
    expect(statistics).toMatchObject([{ ruleId: "room.warm", opened: 1 }]);
    const { body } = await api.admin("GET", "/api/v1/drills");
    expect(body.items.map((item: { alert: { id: string } }) => item.alert.id)).toEqual([ID]);
    expect((await api.call(await api.tokenFor("viewer", "b"), "GET", "/api/v1/drills")).body.items).toEqual([]);
  });

  it("report how soon each was told and answered, and which way failed", async () => {
    await seeds.open("dev-a", { id: ID, drill: DRILL });
    const line = { alertId: ID, incidentId: null, occasion: "opened", reason: "first", about: "" } as const;
    const own = { ...line, personId: "li", messageKey: null };
    await seeds.notify({
      ledger: [
        { ...own, at: START_AT + 2_000, channelId: "sms", verdict: "told" },
        { ...own, at: START_AT + 3_000, channelId: "call", verdict: "failed" },
        { ...own, at: START_AT, personId: "wang", channelId: null, verdict: "withheld", reason: "drill" },
      ],
    });
    await api.state.alerts.act(ID, { type: "acknowledge" }, { id: "li", type: "person", at: START_AT + 9_000 });
    const { status, body } = await api.admin("GET", `/api/v1/drills/${ID}`);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.people).toEqual([
      { personId: "li", name: "Name of li", toldAfter: 2_000, acknowledgedAfter: 9_000, arrivedAfter: null },
    ]);
    expect(body.failed).toMatchObject([{ channelId: "call" }]);
    expect(body.notTold).toMatchObject([{ personId: "wang", reason: "drill" }]);
    expect((await api.admin("GET", `/api/v1/drills/${alertOf("dev-a").id}`)).status).toBe(404);
  });

  it("end by a word in the journal, which nobody needs when one is over", async () => {
    await seeds.open("dev-a", { id: ID, drill: DRILL });
    expect((await api.call(await api.tokenFor("crew", "a"), "POST", `/api/v1/drills/${ID}/end`)).status).toBe(403);
    expect((await api.admin("POST", `/api/v1/drills/${ID}/end`)).status).toBe(204);
    expect(api.neighbours.appended.map(({ topic }) => topic)).toEqual([`linli/v1/internal/alerts/${ID}/close`]);
    await seeds.watch("ended", [alertOf("dev-a", { id: ID, drill: DRILL, active: false, clearedAt: START_AT + 1 })]);
    expect((await api.admin("POST", `/api/v1/drills/${ID}/end`)).status).toBe(204);
    expect(api.neighbours.appended).toHaveLength(1);
  });
});
