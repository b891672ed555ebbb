import {
  closingTopic,
  compareSeverity,
  type DrillReport,
  drillAlertId,
  drillTopic,
  LinliError,
  ROUTES,
  type RuleLevel,
} from "@linli/model";
import type { AlertRecord, AlertTimeLine } from "@linli/stores";
import type { FastifyInstance } from "fastify";
import { deny } from "../../access/guard.ts";
import { covers, scopeOf } from "../../access/scope.ts";
import { invalidField } from "../../errors/api-error.ts";
import type { Parts } from "../../parts.ts";
import { type Call, serve } from "../../serve.ts";

function highest(levels: readonly RuleLevel[]): RuleLevel["severity"] {
  const [first, ...others] = levels.map(({ severity }) => severity);
  if (first === undefined) throw new TypeError("a rule without a level");
  return others.reduce((most, one) => (compareSeverity(one, most) > 0 ? one : most), first);
}

async function assertPeople({ state }: Parts, people: readonly string[] | null): Promise<void> {
  const known = new Map((await state.access.people()).map((person) => [person.id, person]));
  const unknown = people?.find((id) => known.get(id)?.disabledAt !== null);
  if (unknown !== undefined) throw invalidField("people", "no such person", unknown);
}

async function start(parts: Parts, { body, who, request }: Call<typeof ROUTES.startDrill>): Promise<string> {
  const { registry, state, neighbours, clock } = parts;
  const { deviceId, ruleId, people, minutes, note } = body;
  const device = registry.device(deviceId);
  const missing = new LinliError("not-found", `there is no device ${deviceId}, or you may not see it`);
  if (device === undefined || device.retiredAt !== null) throw missing;
  if (!covers(registry, scopeOf(who.grants, "manager"), device.placeId)) {
    const isSeen = covers(registry, scopeOf(who.grants, "viewer"), device.placeId);
    const refusal = new LinliError("forbidden", "a drill is for a manager of the device's place to start");
    return deny(parts, request, who, isSeen ? refusal : missing);
  }
  const version = (await state.rules.current()).find(
    ({ rule, standing }) => standing === "current" && rule.id === ruleId,
  );
  if (version === undefined) throw new LinliError("not-found", `there is no rule ${ruleId}`);
  const { rule } = version;
  if (rule.kinds && !rule.kinds.includes(device.kind)) {
    throw invalidField("ruleId", `is none for devices of the kind ${device.kind}`, ruleId);
  }
  await assertPeople(parts, people);
  const severity = body.severity ?? highest(rule.levels);
  const drillId = `${clock.now().toString(36)}-${crypto.randomUUID().slice(0, 8)}`;
  const asked = { deviceId, ruleId, ruleVersion: version.version, severity, people, minutes, note };
  const message = {
    principal: `person:${who.answerable}`,
    topic: drillTopic(drillId),
    payloadBase64: Buffer.from(JSON.stringify(asked)).toString("base64"),
  };
  await neighbours.append({ messages: [message] });
  return drillAlertId(drillId);
}

/** Of each person what happened first. */
function reportOf({ alert }: AlertRecord, { actions, ledger }: AlertTimeLine, names: ReadonlyMap<string, string>) {
  const ids = new Set(ledger.flatMap(({ personId, verdict }) => (personId && verdict === "told" ? [personId] : [])));
  for (const { by } of actions) if (by.type === "person") ids.add(by.id);
  const after = (at: number | undefined) => (at === undefined ? null : at - alert.openedAt);
  const done = (id: string, type: string) =>
    after(actions.find((one) => one.by.id === id && one.deed.type === type)?.at);
  const people = [...ids].map((personId): DrillReport["people"][number] => ({
    personId,
    name: names.get(personId) ?? personId,
    toldAfter: after(ledger.find((line) => line.personId === personId && line.verdict === "told")?.at),
    acknowledgedAfter: done(personId, "acknowledge"),
    arrivedAfter: done(personId, "arrived"),
  }));
  return {
    people,
    failed: ledger.filter(({ verdict }) => verdict === "failed"),
    notTold: ledger.filter(({ verdict }) => verdict === "withheld"),
  };
}

export function registerDrills(server: FastifyInstance, parts: Parts): void {
  const { state, neighbours } = parts;

  serve(server, parts, ROUTES.startDrill, async (call) => ({ alertId: await start(parts, call) }));

  serve(
    server,
    parts,
    ROUTES.listDrills,
    async ({ query: { limit, after }, who }) => {
      const placeIds = scopeOf(who.grants, "viewer");
      const filter = { drill: true, ...(placeIds !== null && { placeIds }) };
      const page = await state.alerts.alerts(filter, { limit, ...(after !== undefined && { after }) });
      return { ...page, items: await parts.alertItems.itemsOf(page.items) };
    },
    { unchecked: true },
  );

  serve(
    server,
    parts,
    ROUTES.getDrill,
    async ({ alert: record }) => {
      const timeLine = await state.alerts.timeLine(record.alert.id);
      if (timeLine === undefined) throw new LinliError("not-found", "the drill has just been forgotten");
      const names = new Map((await state.access.people()).map(({ id, name }) => [id, name]));
      return { ...(await parts.alertItems.itemOf(record)), ...reportOf(record, timeLine, names) };
    },
    { unchecked: true },
  );

  serve(server, parts, ROUTES.endDrill, async ({ alert: { alert }, who }) => {
    if (!alert.active) return;
    const payloadBase64 = Buffer.from("{}").toString("base64");
    const principal = `person:${who.answerable}`;
    await neighbours.append({ messages: [{ principal, topic: closingTopic(alert.id), payloadBase64 }] });
  });
}
