import { LinliError, ROUTES, type Silence } from "@linli/model";
import type { FastifyInstance } from "fastify";
import { deny } from "../../access/guard.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";
import { ArrangementDesk } from "./arrangements.ts";
import { assertWorks } from "./checked.ts";

/** What people do about silences and maintenance beside writing them. */
export function registerMuting(server: FastifyInstance, parts: Parts): void {
  const desk = new ArrangementDesk(parts);

  serve(
    server,
    parts,
    ROUTES.endArrangement,
    async (call) => {
      const { type } = call.params;
      const all = await parts.state.arrangements.all();
      const stored = await desk.readable(call, all);
      await desk.assertWritable({ type, value: stored.value }, call, all);
      if (stored.value.endedAt !== null) throw new LinliError("conflict", "it has ended already");
      const value = { ...stored.value, endedAt: parts.clock.now() };
      return desk.put(call, value, stored.version, all) as never;
    },
    { unchecked: true },
  );

  serve(
    server,
    parts,
    ROUTES.confirmSilence,
    async ({ params, who, request }) => {
      const call = { params: { type: "silence" as const, id: params.id }, who, request };
      const all = await parts.state.arrangements.all();
      const stored = await desk.readable(call, all);
      await desk.assertWritable({ type: "silence", value: stored.value }, call, all);
      if (stored.value.secondBy !== null) throw new LinliError("conflict", "it is confirmed already");
      if (stored.value.by === who.answerable) {
        const alone = new LinliError("forbidden", "it takes two persons: somebody else has to confirm it");
        await deny(parts, request, who, alone);
      }
      const value: Silence = { ...stored.value, secondBy: who.answerable };
      await assertWorks(parts, "silence", value, all);
      return desk.put(call, value, stored.version, all) as never;
    },
    { unchecked: true },
  );
}
