import { type AlertRoute, alertRouteSchema, escalationSchema, type Team, teamSchema } from "@linli/model";
import { describe, expect, it } from "vitest";
import { alertOf, ruleOf } from "../testing/alerts.ts";
import { deviceOf, worldOf } from "../testing/test-world.ts";
import { DEFAULT_ESCALATIONS } from "./escalations.ts";
import { routeOf } from "./route.ts";
import { subjectOf } from "./subject.ts";

const teamOf = (id: string, changes: Partial<Team> = {}): Team =>
  teamSchema.parse({ id, name: id, role: "lift-maintainer", placeId: null, members: ["an"], ...changes });
const routeTo = (changes: Partial<AlertRoute>): AlertRoute =>
  alertRouteSchema.parse({ id: "r", order: 1, match: {}, teamId: "lifts", ...changes });

interface Given {
  readonly teams?: readonly Team[];
  readonly routes?: readonly AlertRoute[];
  readonly escalation?: unknown;
  readonly alert?: ReturnType<typeof alertOf>;
  readonly known?: boolean;
}

function routed({ teams = [], routes = [], escalation, alert = alertOf(), known = true }: Given) {
  const world = worldOf({
    devices: [deviceOf("elevator-07", "elevator", { placeId: "b3-u2" })],
    rules: known ? [ruleOf()] : [],
    arrangements: {
      team: teams,
      route: routes,
      escalation: escalation === undefined ? [] : [escalationSchema.parse(escalation)],
    },
  });
  const { team, reason, escalation: steps } = routeOf(subjectOf(alert, world), world);
  return { team: team?.id, reason, steps };
}

describe("routing", () => {
  it("finds the team of the rule's trade that stands nearest above the device", () => {
    const teams = [teamOf("all"), teamOf("b3", { placeId: "b3" }), teamOf("east", { placeId: "east" })];
    expect(routed({ teams })).toMatchObject({ team: "b3", reason: "nearest team of lift-maintainer" });
    expect(routed({ teams: teams.slice(0, 1) }).team).toBe("all");
    expect(routed({ teams: [teamOf("lamps", { role: "lighting" })] })).toMatchObject({
      team: undefined,
      reason: "no team of lift-maintainer: desk",
    });
  });

  it("goes by the first route that fits, whatever the order in which they were made", () => {
    const teams = [teamOf("lifts"), teamOf("watch", { role: "property" })];
    const routes = [
      routeTo({ id: "late", order: 9 }),
      routeTo({ id: "near", order: 2, teamId: "watch", match: { placeId: "b3", severities: ["critical"] } }),
      routeTo({ id: "elsewhere", order: 1, teamId: "watch", match: { placeId: "b4" } }),
    ];
    expect(routed({ teams, routes })).toMatchObject({ team: "watch", reason: "route near" });
    expect(routed({ teams, routes, alert: alertOf({ severity: "high" }) }).reason).toBe("route late");
  });

  it("passes over a route whose team is gone, and reaches the desk when the rule is gone too", () => {
    expect(routed({ teams: [teamOf("b3", { placeId: "b3" })], routes: [routeTo({})] }).team).toBe("b3");
    expect(routed({ known: false })).toMatchObject({ team: undefined, reason: "rule is gone: desk" });
  });

  it("takes the steps that were arranged, and adds the desk to those of a critical alert that forgot it", () => {
    const escalation = { id: "e", name: "e", steps: [{ after: "0s", targets: [{ onCall: true }] }], reminders: [] };
    const given = { teams: [teamOf("lifts")], routes: [routeTo({ escalationId: "e" })], escalation };
    expect(routed({ ...given, alert: alertOf({ severity: "medium" }) }).steps.steps).toHaveLength(1);
    for (const alert of [alertOf(), alertOf({ severity: "high", lifeSafety: true })]) {
      const { steps } = routed({ ...given, alert }).steps;
      expect(steps).toHaveLength(2);
      expect(steps.at(-1)).toEqual({ after: 180_000, targets: [{ desk: true }], by: "urgent" });
    }
  });

  it("built in: critical every three minutes by the urgent way, the desk last; low and informational ask nobody", () => {
    expect(routed({}).steps).toBe(DEFAULT_ESCALATIONS.critical);
    const steps = DEFAULT_ESCALATIONS.critical.steps.map(({ after, targets, by }) => [
      after,
      Object.keys(targets[0] ?? {})[0],
      by,
    ]);
    expect(steps).toEqual([
      [0, "onCall", "urgent"],
      [180_000, "members", "urgent"],
      [180_000, "desk", "urgent"],
    ]);
    expect(DEFAULT_ESCALATIONS.low.steps).toEqual([]);
    expect(DEFAULT_ESCALATIONS.informational.steps).toEqual([]);
  });
});
