import {
  type Arrangement,
  type Arrangements,
  type ArrangementType,
  isLinliError,
  LinliError,
  ROUTES,
} from "@linli/model";
import type { ArrangementVersion } from "@linli/stores";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { deny } from "../../access/guard.ts";
import { authorOf, type Identity } from "../../access/identity.ts";
import { isAdmin, type Meant, mayRead, mayWrite } from "../../arrangements/extent.ts";
import { shown, withSecrets } from "../../arrangements/secrets.ts";
import { ApiError, invalidField } from "../../errors/api-error.ts";
import { matchedVersion } from "../../errors/etag.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";
import { assertWorks, parsedArrangement, usersOf } from "./checked.ts";

interface Asked<T extends ArrangementType = ArrangementType> {
  readonly params: { readonly type: T; readonly id: string };
  readonly who: Identity;
  readonly request: FastifyRequest;
}

/** One request's look at an arrangement: what may be read of it, written and shown. */
export class ArrangementDesk {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  view<T extends ArrangementType>(type: T, stored: ArrangementVersion<T>, who: Identity, arrangements: Arrangements) {
    const { version, changedAt, changedBy, value } = stored;
    const seen = value === null ? null : shown(type, value, { arrangements, isAdmin: isAdmin(who) });
    return { version, changedAt, changedBy, value: seen };
  }

  /** `not-found` for what is not there, and in the same words for what the caller may not see. */
  async readable<T extends ArrangementType>({ params, who, request }: Asked<T>, arrangements: Arrangements) {
    const missing = new LinliError("not-found", `there is no ${params.type} ${params.id}, or it does not concern you`);
    const stored = await this.#parts.state.arrangements.get(params.type, params.id);
    if (stored === undefined) throw missing;
    const meant = { type: params.type, value: stored.value };
    if (!mayRead(meant, who, arrangements, this.#parts.registry)) await deny(this.#parts, request, who, missing);
    return stored;
  }

  async assertWritable(meant: Meant, { who, request }: Pick<Asked, "who" | "request">, arrangements: Arrangements) {
    if (mayWrite(meant, who, arrangements, this.#parts.registry)) return;
    const whose = { contact: "the person, or an administrator", channel: "an administrator" }[String(meant.type)];
    const needed = whose ?? "a manager at every place that it concerns";
    await deny(this.#parts, request, who, new LinliError("forbidden", `a ${meant.type} is for ${needed} to change`));
  }

  /** Checks and stores it; a conflict shows what is there now. */
  async put<T extends ArrangementType>(
    { params: { type }, who, request }: Asked<T>,
    value: Arrangement<T>,
    after: number,
    arrangements: Arrangements,
  ) {
    const { state, clock } = this.#parts;
    try {
      const at = clock.now();
      const version = await state.arrangements.put(type, value, after, authorOf(who, request.ip, at));
      return this.view(type, { version, changedAt: at, changedBy: who.id, value }, who, arrangements);
    } catch (error) {
      if (!isLinliError(error, "conflict")) throw error;
      const now = await state.arrangements.get(type, value.id);
      const current = now && this.view(type, now, who, arrangements);
      throw new ApiError("conflict", error.message, { current, problems: error.problems });
    }
  }
}

const ofValue = <T extends ArrangementType>(type: T, value: Arrangement<T>) => ({ type, value }) as unknown as Meant;

export function registerArrangements(server: FastifyInstance, parts: Parts): void {
  const { arrangements: store } = parts.state;
  const desk = new ArrangementDesk(parts);

  serve(
    server,
    parts,
    ROUTES.listArrangements,
    async ({ params: { type }, who }) => {
      const all = await store.all();
      const own = all[type].filter((value) => mayRead(ofValue(type, value), who, all, parts.registry));
      const stored = await Promise.all(own.map(({ id }) => store.get(type, id)));
      return { items: stored.filter((one) => one !== undefined).map((one) => desk.view(type, one, who, all)) as never };
    },
    { unchecked: true },
  );

  serve(
    server,
    parts,
    ROUTES.getArrangement,
    async (call) => {
      const all = await store.all();
      const stored = await desk.readable(call, all);
      call.reply.header("etag", `"${stored.version}"`);
      return desk.view(call.params.type, stored, call.who, all) as never;
    },
    { unchecked: true },
  );

  serve(
    server,
    parts,
    ROUTES.putArrangement,
    async (call) => {
      const { params, body, who, request, reply } = call;
      const { type, id } = params;
      const all = await store.all();
      const stored = all[type].find((one) => one.id === id);
      if (stored !== undefined) {
        await desk.readable(call, all);
        await desk.assertWritable(ofValue(type, stored), call, all);
      }
      if (body.value["id"] !== undefined && body.value["id"] !== id) {
        throw invalidField("id", "is another one than in the path", body.value["id"]);
      }
      const given = withSecrets(type, body.value, { value: stored, arrangements: all });
      const value = parsedArrangement(type, given, { id, stored, who, now: parts.clock.now() });
      await desk.assertWritable(ofValue(type, value), call, all);
      await assertWorks(parts, type, value, all);
      const after = body.version ?? matchedVersion(request) ?? 0;
      const answer = await desk.put({ params, who, request }, value, after, all);
      reply.header("etag", `"${answer.version}"`);
      return answer as never;
    },
    { unchecked: true },
  );

  serve(server, parts, ROUTES.removeArrangement, async (call) => {
    const { params, who, request } = call;
    const all = await store.all();
    const stored = await desk.readable(call, all);
    await desk.assertWritable(ofValue(params.type, stored.value), call, all);
    const users = usersOf(params.type, params.id, all);
    if (users.length > 0) throw new LinliError("conflict", `it is counted on by ${users.slice(0, 10).join(", ")}`);
    await store.remove(params.type, params.id, authorOf(who, request.ip, parts.clock.now()));
  });

  serve(
    server,
    parts,
    ROUTES.listArrangementVersions,
    async (call) => {
      const { type, id } = call.params;
      const all = await store.all();
      const versions = await store.versions(type, id);
      // of one that was removed the last that it was says whose it is
      const last = versions.find(({ value }) => value !== null)?.value;
      const missing = new LinliError("not-found", `there is no ${type} ${id}, or it does not concern you`);
      if (last == null) throw missing;
      if (!mayRead(ofValue(type, last), call.who, all, parts.registry)) {
        await deny(parts, call.request, call.who, missing);
      }
      return { items: versions.map((version) => desk.view(type, version, call.who, all)) as never };
    },
    { unchecked: true },
  );
}
