import { LinliError, minutes, ROUTES } from "@linli/model";
import { type Callback, type CallReport, CHANNELS } from "@linli/notifiers";
import { hashToken, sameHash } from "@linli/runtime";
import type { FastifyInstance } from "fastify";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

/** Nobody presses a key of a call that began before. */
const LONGEST_CALL = minutes(30);
const MOST_ALERTS = 1_000;

/** JSON or form fields; undefined for what is neither. */
function read(body: unknown, type: string): unknown {
  if (!Buffer.isBuffer(body)) return undefined;
  const text = body.toString();
  if (type.startsWith("application/x-www-form-urlencoded")) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

interface Taken {
  readonly callback: Callback<unknown>;
  readonly config: unknown;
}

/** The channel whose reports come to this address; undefined where there is none. */
async function channelAt({ state }: Parts, id: string, token: string): Promise<Taken | undefined> {
  const channel = (await state.arrangements.all()).channel.find((one) => one.id === id);
  const { callback, config: schema } = CHANNELS.get(channel?.type ?? "") ?? {};
  const config = schema?.safeParse(channel?.config);
  if (callback === undefined || config?.success !== true) return undefined;
  const expected = callback.token(config.data);
  const fits = expected !== undefined && sameHash(hashToken(expected), hashToken(token));
  return fits ? { callback: callback as Callback<unknown>, config: config.data } : undefined;
}

/** The one who was called takes on what the call told of; a key for what is over or unknown does nothing. */
async function takeOn({ state, clock, log }: Parts, channelId: string, { reference }: CallReport, address: string) {
  const at = clock.now();
  const filter = { channelId, about: reference, from: at - LONGEST_CALL };
  const { items } = await state.alerts.ledger(filter, { limit: MOST_ALERTS });
  const told = items.filter(({ verdict, personId }) => verdict === "told" && personId !== null);
  if (told.length === 0)
    log.warn({ channel: channelId, call: reference }, "a key was pressed in a call that told nobody");
  for (const { alertId, personId } of told) {
    const [record, person] = await Promise.all([state.alerts.alert(alertId), state.access.person(personId ?? "")]);
    if (!record?.alert.active || person === undefined || person.disabledAt !== null) continue;
    await state.alerts.act(alertId, { type: "acknowledge" }, { id: person.id, type: "person", at, address });
  }
}

/** In a scope of its own: providers post JSON and forms, and name neither always rightly. */
export function registerCallReports(server: FastifyInstance, parts: Parts): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  serve(
    server,
    parts,
    ROUTES.reportCall,
    async ({ params: { id, token }, request }) => {
      const taken = await channelAt(parts, id, token);
      if (taken === undefined) throw new LinliError("not-found", "there is nothing here");
      const { callback, config } = taken;
      const body = read(request.body, request.headers["content-type"] ?? "");
      const key = callback.key(config);
      for (const report of callback.read(body, config)) {
        // a key is ended by # where the provider asks for several
        if (report.pressed?.replace(/#$/, "") === key) await takeOn(parts, id, report, request.ip);
      }
      return callback.answer;
    },
    { unchecked: true },
  );
}
