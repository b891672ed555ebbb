import { hours } from "@linli/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alertOf, careOf, Seeds, warmRule } from "../../testing/alerts.ts";
import { createTestApi, START_AT, type TestApi } from "../../testing/test-api.ts";

type Caller = Awaited<ReturnType<TestApi["personWith"]>>;

let api: TestApi;
let manager: Caller;
let local: Caller;
beforeEach(async () => {
  api = await createTestApi();
  manager = await api.personWith("mei", "manager", null);
  local = await api.personWith("li", "manager", "a");
});
afterEach(() => api.close());

const YAML = `id: room.warm
kinds: [environment-sensor]
name: { zh: 过热, en: Too warm }
start: armed
role: property
params: { limit: 30 }
levels:
  - severity: high
    when: { point: temperature, above: $limit }
    for: 10m
text: { zh: 过热, en: It is too warm }
steps: { zh: 开窗, en: Open a window }
`;
const url = "/api/v1/rules/room.warm";
const put = (who: Caller, more: object, headers = {}) => who("PUT", url, { reason: "too many", ...more }, headers);

describe("rules", () => {
  it("are written as YAML, read as JSON, and come out as YAML again", async () => {
    const made = await put(manager, { yaml: YAML });
    expect(made).toMatchObject({
      status: 200,
      body: { stored: { version: 1, standing: "current", changedBy: "mei" } },
    });
    const read = await local("GET", url);
    expect(read.headers.etag).toBe('"1"');
    expect(read.body.current.rule.levels[0].for).toBe(600_000);
    const text = await local("GET", `${url}/yaml`);
    expect([text.status, text.headers["content-type"]]).toEqual([200, "application/yaml; charset=utf-8"]);
    expect(text.body).toContain("for: 10m");
    const again = await put(manager, { yaml: text.body, version: 1 });
    expect(again.body.stored.rule).toEqual(read.body.current.rule);
    expect((await local("GET", "/api/v1/rules?kind=environment-sensor&search=WARM")).body.items).toHaveLength(1);
    expect((await local("GET", "/api/v1/rules?kind=elevator")).body.items).toEqual([]);
  });

  it("are changed as JSON as they were read, by version", async () => {
    await put(manager, { yaml: YAML });
    const { rule } = (await local("GET", url)).body.current;
    const changed = await put(manager, { rule: { ...rule, params: { limit: 32 } } }, { "if-match": '"1"' });
    expect(changed.body.stored).toMatchObject({ version: 2, reason: "too many", rule: { params: { limit: 32 } } });
    const stale = await put(manager, { rule, version: 1 });
    expect([stale.status, stale.body.current.version]).toEqual([409, 2]);
    const versions = (await local("GET", `${url}/versions`)).body;
    expect(versions.items.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    expect((await local("GET", `${url}/versions/1`)).body.rule.params).toEqual({ limit: 30 });
    expect((await local("GET", `${url}/versions/7`)).status).toBe(404);
  });

  it.each([
    ["a word that is none", YAML.replace("severity: high", "severity: loud"), "room.warm.yaml:8:15 levels.0.severity"],
    ["a point that the kind lacks", YAML.replace("point: temperature", "point: floorNumber"), "room.warm.yaml:9:"],
    ["broken YAML", YAML.replace("name: {", "name: {{"), "room.warm.yaml:4:1"],
    ["a kind that is none", YAML.replace("[environment-sensor]", "[toaster]"), "room.warm.yaml:2:8 kinds"],
    ["another id", YAML.replace("id: room.warm", "id: room.hot"), "room.warm.yaml:1:5 id"],
  ])("with %s are refused, naming file, line and column", async (_what, yaml, place) => {
    const answer = await put(manager, { yaml });
    expect([answer.status, answer.headers["content-type"]]).toEqual([400, expect.stringMatching(/problem\+json/)]);
    const fields: string[] = answer.body.problems.map(({ field }: { field: string }) => field);
    expect(
      fields.some((field) => field.startsWith(place)),
      fields.join("; "),
    ).toBe(true);
    expect((await local("GET", url)).status).toBe(404);
  });

  it("can be tried without saving, and are warned of", async () => {
    const check = (body: object) => local("POST", "/api/v1/rules/check", body);
    expect((await check({ yaml: YAML })).body).toEqual({ stored: null, warnings: [] });
    const life = YAML.replace("start: armed", "start: shadow\nlifeSafety: true");
    const [warning] = (await check({ yaml: life })).body.warnings;
    expect(warning).toMatchObject({ field: "rule.yaml:4:8 start", value: "shadow" });
    expect((await check({ yaml: YAML, rule: {} })).status).toBe(400);
    expect((await check({ rule: warmRule("room.warm", { kinds: ["toaster"] }) })).body.problems[0].field).toBe("kinds");
    expect((await local("GET", "/api/v1/rules")).body.items).toEqual([]);
  });

  it("of life safety wait as a candidate until an administrator promotes them", async () => {
    await put(manager, { yaml: YAML.replace("start: armed", "start: armed\nlifeSafety: true") });
    const { rule } = (await local("GET", url)).body.current;
    const next = await put(manager, { rule: { ...rule, params: { limit: 20 } }, version: 1 });
    expect(next.body.stored.standing).toBe("candidate");
    const both = (await local("GET", url)).body;
    expect([both.current.version, both.candidate.version]).toEqual([1, 2]);
    expect((await manager("POST", `${url}/versions/2/promote`)).status).toBe(403);
    expect((await api.admin("POST", `${url}/versions/2/promote`)).body.standing).toBe("current");
    expect((await api.admin("POST", `${url}/versions/2/promote`)).status).toBe(404);
    expect((await manager("DELETE", `${url}?reason=gone`)).status).toBe(403);
    expect((await api.admin("DELETE", `${url}?reason=gone`)).status).toBe(204);
  });

  it("hold everywhere, so they are changed by those who manage everywhere", async () => {
    expect((await put(local, { yaml: YAML })).status).toBe(403);
    await put(manager, { yaml: YAML });
    expect((await local("DELETE", `${url}?reason=gone`)).status).toBe(403);
    expect((await manager("DELETE", url)).status).toBe(400);
    expect((await manager("DELETE", `${url}?reason=gone`)).status).toBe(204);
    expect((await local("GET", url)).status).toBe(404);
    expect((await local("GET", `${url}/versions`)).body.total).toBe(1);
  });
});

describe("a device's own numbers", () => {
  const own = (id: string) => `/api/v1/devices/${id}/rules/room.warm/override`;
  beforeEach(() => put(manager, { yaml: YAML }));

  it("are given, listed to those who see the device, and taken back", async () => {
    const given = { params: { limit: 35 }, reason: "boiler room" };
    expect((await local("PUT", own("dev-a"), given)).body).toMatchObject({ ...given, changedBy: "li" });
    expect((await local("PUT", own("dev-b"), given)).status).toBe(404);
    await manager("PUT", own("dev-b"), given);
    const list = async (who: Caller) => (await who("GET", "/api/v1/rule-overrides?rule=room.warm")).body.items.length;
    expect([await list(local), await list(manager)]).toEqual([1, 2]);
    expect((await local("GET", url)).body.overrides).toBe(1);
    expect((await local("DELETE", own("dev-a"))).status).toBe(204);
    expect(await list(local)).toBe(0);
  });

  it("are refused when the rule could not go by them", async () => {
    const wrong = await local("PUT", own("dev-a"), { params: { height: 3 }, reason: "x" });
    expect(wrong.body.problems).toEqual([{ field: "params.height", message: "the rule has no such number", value: 3 }]);
    expect((await local("PUT", own("dev-a"), { params: {}, reason: "x" })).status).toBe(400);
    expect((await local("PUT", own("dev-a"), { params: { limit: 5 } })).status).toBe(400);
  });
});

describe("how good a rule is", () => {
  it("is told from what people said of its alerts", async () => {
    const seeds = new Seeds(api.state);
    const outcomes = ["real", "nuisance", "known", null] as const;
    for (const [n, outcome] of outcomes.entries()) {
      const { id } = await seeds.open("dev-a", { openedAt: START_AT - hours(n + 1) });
      await seeds.notify({ cares: [careOf(id, { outcome })] });
    }
    const { body } = await manager("GET", "/api/v1/rules/statistics");
    expect(body.items).toEqual([
      expect.objectContaining({ ruleId: "room.warm", opened: 4, real: 1, nuisance: 1, known: 1, precision: 2 / 3 }),
    ]);
    expect((await local("GET", "/api/v1/rules/statistics")).status).toBe(403);
    expect((await manager("GET", "/api/v1/rules/statistics?from=0")).status).toBe(400);
  });

  it("is seen beforehand from what it raises in shadow, by managers of the place", async () => {
    const seeds = new Seeds(api.state);
    const [a, b] = [alertOf("dev-a"), alertOf("dev-b")];
    await seeds.watch("opened", [a, b], "shadow");
    expect((await local("GET", `${url}/shadow-alerts`)).body.items).toEqual([a]);
    expect((await api.admin("GET", `${url}/shadow-alerts`)).body.items).toHaveLength(2);
    expect((await local("GET", "/api/v1/alerts")).body.items).toEqual([]);
    const viewer = await api.tokenFor("viewer", null);
    expect((await api.call(viewer, "GET", `${url}/shadow-alerts`)).status).toBe(403);
  });
});
