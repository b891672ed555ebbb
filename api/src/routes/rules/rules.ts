import { ruleToYaml } from "@linli/alerting";
import { isLinliError, LinliError, ROUTES, type RuleOverride, type RuleStanding, type RuleVersion } from "@linli/model";
import type { FastifyInstance } from "fastify";
import { deny } from "../../access/guard.ts";
import { authorOf, type Identity } from "../../access/identity.ts";
import { covers, scopeOf } from "../../access/scope.ts";
import { isAdmin } from "../../arrangements/extent.ts";
import { ApiError } from "../../errors/api-error.ts";
import { matchedVersion } from "../../errors/etag.ts";
import type { Parts } from "../../parts.ts";
import { examineRate } from "../../rules/rate-guard.ts";
import { checkedRule } from "../../rules/written-rule.ts";
import { serve } from "../../serve.ts";

/** Numbers of devices that the caller may see. */
export async function visibleOverrides(parts: Parts, who: Identity): Promise<RuleOverride[]> {
  const scope = scopeOf(who.grants, "viewer");
  const overrides = await parts.state.rules.overrides();
  return overrides.filter(({ deviceId }) => {
    const device = parts.registry.device(deviceId);
    return device !== undefined && covers(parts.registry, scope, device.placeId);
  });
}

function standingOf(versions: readonly RuleVersion[], overrides: readonly RuleOverride[]): RuleStanding {
  const [first] = versions;
  return {
    current: versions.find(({ standing }) => standing === "current") ?? null,
    candidate: versions.find(({ standing }) => standing === "candidate") ?? null,
    overrides: overrides.filter(({ ruleId }) => ruleId === first?.rule.id).length,
  };
}

const newestOf = ({ current, candidate }: RuleStanding) => Math.max(current?.version ?? 0, candidate?.version ?? 0);

async function standing(parts: Parts, id: string, who: Identity): Promise<RuleStanding> {
  const versions = (await parts.state.rules.current()).filter(({ rule }) => rule.id === id);
  if (versions.length === 0) throw new LinliError("not-found", `there is no rule ${id}`);
  return standingOf(versions, await visibleOverrides(parts, who));
}

function matches({ rule }: RuleVersion, kind: string | undefined, search: string | undefined): boolean {
  if (kind !== undefined && rule.kinds !== undefined && !rule.kinds.includes(kind)) return false;
  const words = [rule.id, rule.name.zh, rule.name.en].join(" ").toLowerCase();
  return search === undefined || words.includes(search.toLowerCase());
}

export function registerRules(server: FastifyInstance, parts: Parts): void {
  const { rules } = parts.state;
  const author = (who: Identity, address: string) => authorOf(who, address, parts.clock.now());

  serve(
    server,
    parts,
    ROUTES.listRules,
    async ({ query, who }) => {
      const found = (await rules.current()).filter((version) => matches(version, query.kind, query.search));
      const overrides = await visibleOverrides(parts, who);
      const byId = Map.groupBy(found, ({ rule }) => rule.id);
      return { items: [...byId.values()].map((versions) => standingOf(versions, overrides)) };
    },
    { unchecked: true },
  );

  serve(server, parts, ROUTES.checkRule, async ({ body }) => {
    return { stored: null, warnings: [...checkedRule(body).warnings] };
  });

  serve(
    server,
    parts,
    ROUTES.getRule,
    async ({ params: { id }, who, reply }) => {
      const found = await standing(parts, id, who);
      reply.header("etag", `"${newestOf(found)}"`);
      return found;
    },
    { unchecked: true },
  );

  serve(
    server,
    parts,
    ROUTES.exportRule,
    async ({ params: { id }, who, reply }) => {
      const { current, candidate } = await standing(parts, id, who);
      const version = current ?? candidate;
      if (version === null) throw new LinliError("not-found", `there is no rule ${id}`);
      reply
        .type("application/yaml; charset=utf-8")
        .header("content-disposition", `attachment; filename="${id}.yaml"`)
        .serializer((text: unknown) => String(text));
      return ruleToYaml(version.rule);
    },
    { unchecked: true },
  );

  serve(
    server,
    parts,
    ROUTES.putRule,
    async ({ params: { id }, body, who, request }) => {
      const { rule, warnings, place } = checkedRule(body, id);
      const after = body.version ?? matchedVersion(request) ?? 0;
      const inForce = (await rules.current()).find((one) => one.standing === "current" && one.rule.id === id);
      const rate = await examineRate(parts, rule, inForce?.rule);
      const asked = rate && { ...rate.problem, field: place(rate.problem.field) };
      if (asked && rate.tooMuch && !body.anyway) {
        throw new LinliError("invalid", "the rule would tell people too often", { problems: [asked] });
      }
      try {
        const stored = await rules.put(rule, after, body.reason, author(who, request.ip));
        return { stored, warnings: asked ? [...warnings, asked] : [...warnings] };
      } catch (error) {
        if (!isLinliError(error, "conflict")) throw error;
        const [current] = (await rules.versions(id, { limit: 1 })).items;
        throw new ApiError("conflict", error.message, { current });
      }
    },
    { unchecked: true },
  );

  serve(
    server,
    parts,
    ROUTES.promoteRule,
    async ({ params: { id, version }, who, request }) => rules.promote(id, version, author(who, request.ip)),
    { unchecked: true },
  );

  serve(server, parts, ROUTES.removeRule, async ({ params: { id }, query, who, request }) => {
    const { current } = await standing(parts, id, who);
    if (current?.rule.lifeSafety === true && !isAdmin(who)) {
      const reason = "a rule of life safety is for an administrator to remove";
      await deny(parts, request, who, new LinliError("forbidden", reason));
    }
    await rules.remove(id, query.reason, author(who, request.ip));
  });
}
