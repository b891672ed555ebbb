import { type AlertDeed, closingTopic, LinliError, ROUTES } from "@linli/model";
import type { IngestDetails } from "@linli/runtime";
import type { AlertRecord } from "@linli/stores";
import type { FastifyInstance } from "fastify";
import { deny } from "../../access/guard.ts";
import { authorOf, type Identity } from "../../access/identity.ts";
import type { Parts } from "../../parts.ts";
import { type Call, serve } from "../../serve.ts";

type Closing = Extract<AlertDeed, { type: "close" }>;

const LOOK_MS = 50;
/** Watch commits far sooner than that. */
const LONGEST_WAIT_MS = 2_000;
/** Journal records that it reads in far less than that. */
const MOST_LAG = 10_000;

/** Somebody of the trade that the rule asks for, wherever the device is. */
async function assertTrade(parts: Parts, { alert: { alert }, who, request }: Call<typeof ROUTES.closeAlert>) {
  const rule = await parts.alertItems.ruleOf(alert);
  if (rule?.closedBy === undefined) return;
  const placeId = (await parts.state.registry.device(alert.deviceId))?.placeId;
  const { team } = await parts.state.arrangements.all();
  const isOne = team.some(
    ({ role, members, placeId: at }) =>
      role === rule.closedBy &&
      members.includes(who.id) &&
      (at === null || (placeId !== undefined && parts.registry.isWithin(placeId, at))),
  );
  if (isOne) return;
  const words = `closing this is for somebody of a team of the role ${rule.closedBy}`;
  await deny(parts, request, who, new LinliError("forbidden", words));
}

function pause({ clock }: Parts, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}

/** The alert once it is over; undefined when it still is not after a while. */
async function whenOver(parts: Parts, id: string): Promise<AlertRecord | undefined> {
  const start = parts.clock.monotonic();
  for (;;) {
    const record = await parts.state.alerts.alert(id);
    if (record && !record.alert.active) return record;
    if (parts.clock.monotonic() - start >= LONGEST_WAIT_MS) return undefined;
    await pause(parts, LOOK_MS);
  }
}

function refusal({ alert }: AlertRecord): LinliError {
  const why =
    alert.stale && alert.lifeSafety
      ? "its input is silent, and where a life may be in danger nobody closes what nobody can confirm, for a day"
      : "its condition still holds, or nobody can say that it does not";
  return new LinliError("conflict", `the alert stays open: ${why}`);
}

/** Asked of a watch that is away or far behind, it would be done one day, long after the answer was given: not asked. */
async function assertWatching({ neighbours }: Parts): Promise<void> {
  const { details } = await neighbours.status("ingest");
  if ((details as IngestDetails).watch.lag <= MOST_LAG) return;
  throw new LinliError("unavailable", "what decides about alerts is catching up: try again in a moment");
}

/** What comes of it is decided by watch alone, from the journal: asked there, and waited for. */
async function end(parts: Parts, record: AlertRecord, who: Identity, { outcome, text }: Closing): Promise<void> {
  const { id } = record.alert;
  const message = {
    principal: `person:${who.answerable}`,
    topic: closingTopic(id),
    payloadBase64: Buffer.from(JSON.stringify({ outcome, text })).toString("base64"),
  };
  await assertWatching(parts);
  await parts.neighbours.append({ messages: [message] });
  if (!(await whenOver(parts, id))) throw refusal((await parts.state.alerts.alert(id)) ?? record);
}

export function registerAlertClosing(server: FastifyInstance, parts: Parts): void {
  serve(server, parts, ROUTES.closeAlert, async (call: Call<typeof ROUTES.closeAlert>) => {
    const { alert, body, who, request } = call;
    await assertTrade(parts, call);
    const deed: Closing = { type: "close", ...body };
    if (alert.alert.active) await end(parts, alert, who, deed);
    return parts.state.alerts.act(alert.alert.id, deed, authorOf(who, request.ip, parts.clock.now()));
  });
}
