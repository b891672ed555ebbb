import { isDeepStrictEqual } from "node:util";
import { type ArrangementType, type LedgerEntry, LinliError, ROUTES } from "@linli/model";
import type { Page } from "@linli/stores";
import type { FastifyInstance } from "fastify";
import { deny } from "../../access/guard.ts";
import type { Identity } from "../../access/identity.ts";
import { covers, type Scope, scopeOf } from "../../access/scope.ts";
import { reaches } from "../../alerts/reach.ts";
import { isAdmin, type Meant, mayRead } from "../../arrangements/extent.ts";
import { addressesIn, knownAddress } from "../../arrangements/secrets.ts";
import { scanPage } from "../../paging.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

export async function namesOf(parts: Parts, ids: ReadonlySet<string | null>): Promise<Record<string, string>> {
  const people = await parts.state.access.people();
  return Object.fromEntries(people.filter(({ id }) => ids.has(id)).map(({ id, name }) => [id, name]));
}

/** Lines about alerts and incidents within a scope, with whether they are. */
async function judged(parts: Parts, scope: Scope, entries: readonly LedgerEntry[]) {
  const known = new Map<string, Promise<boolean>>();
  const lies = async ({ alertId, incidentId }: LedgerEntry) => {
    const record = await parts.state.alerts.alert(alertId);
    if (record) return reaches(parts, scope, record);
    const incident = await parts.state.alerts.incident(incidentId ?? alertId);
    return incident !== undefined && covers(parts.registry, scope, incident.placeId);
  };
  return Promise.all(
    entries.map(async (entry) => {
      const judging = known.get(entry.alertId) ?? lies(entry);
      known.set(entry.alertId, judging);
      return { entry, visible: await judging };
    }),
  );
}

export function registerDuty(server: FastifyInstance, parts: Parts): void {
  const { state, registry, neighbours } = parts;

  serve(server, parts, ROUTES.whatIf, async ({ body, who, request }) => {
    const missing = new LinliError("not-found", `there is no device ${body.deviceId}, or you may not see it`);
    const device = registry.device(body.deviceId);
    if (device === undefined) throw missing;
    if (!covers(registry, scopeOf(who.grants, "viewer"), device.placeId)) await deny(parts, request, who, missing);
    const items = await neighbours.whatIf(body);
    return { items: [...items], names: await namesOf(parts, new Set(items.map(({ personId }) => personId))) };
  });

  serve(server, parts, ROUTES.listFindings, async ({ who }) => {
    const [findings, all] = await Promise.all([neighbours.findings(), state.arrangements.all()]);
    const readable = (subject: string) => {
      const [type = "", id = ""] = subject.split("/");
      const value = all[type as ArrangementType]?.find((one) => one.id === id);
      return value === undefined || mayRead({ type, value } as Meant, who, all, registry);
    };
    return { items: findings.filter(({ subject }) => readable(subject)) };
  });

  serve(server, parts, ROUTES.listLedger, async ({ query, who }) => {
    const { limit, after, personId, from, to } = query;
    const scope = who.type === "person" && personId === who.id ? null : scopeOf(who.grants, "viewer");
    const filter = {
      ...(personId !== undefined && { personId }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    };
    const page = { limit, ...(after !== undefined && { after }) };
    if (scope === null) {
      const whole = await state.alerts.ledger(filter, page);
      return { ...whole, items: [...whole.items] };
    }
    const read = async (request: typeof page): Promise<Page<{ entry: LedgerEntry; visible: boolean }>> => {
      const part = await state.alerts.ledger(filter, request);
      return { ...part, items: await judged(parts, scope, part.items) };
    };
    const found = await scanPage(read, ({ visible }) => visible, page);
    return { ...found, items: found.items.map(({ entry }) => entry) };
  });

  serve(server, parts, ROUTES.listChannelHealth, async () => ({ items: [...(await neighbours.channels())] }));

  serve(server, parts, ROUTES.testChannel, async ({ params: { id }, body, who, request }) => {
    const all = await state.arrangements.all();
    const address = await testable(parts, { id, address: body.address, who }, all);
    if (address === undefined) {
      const reason = "a channel may be tried with an address of one's own contact, with others by an administrator";
      return deny(parts, request, who, new LinliError("forbidden", reason));
    }
    return neighbours.testChannel({ channelId: id, address, language: body.language ?? who.language });
  });
}

/** The address as the channel takes it; undefined when the caller may not use it. */
async function testable(
  parts: Parts,
  { id, address, who }: { readonly id: string; readonly address: unknown; readonly who: Identity },
  all: Awaited<ReturnType<Parts["state"]["arrangements"]["all"]>>,
): Promise<unknown> {
  const given = { channelId: id, address };
  if (isAdmin(who)) return knownAddress(given, addressesIn(all), all);
  const contact = all.contact.filter((one) => who.type === "person" && one.id === who.id);
  const own = addressesIn({ team: [], contact }).filter(({ channelId }) => channelId === id);
  const whole = knownAddress(given, own, all);
  return own.some((way) => isDeepStrictEqual(way.address, whole)) ? whole : undefined;
}
