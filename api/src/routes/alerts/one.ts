import { type Alert, type AlertChange, type AlertDetail, LinliError, ROUTES } from "@linli/model";
import type { AlertRecord, AlertTimeLine, Transition } from "@linli/stores";
import type { FastifyInstance } from "fastify";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

function changeOf({ key, at, data }: Transition): AlertDetail["timeLine"]["changes"][number] {
  const { change, alert, reason } = data as unknown as { change: AlertChange; alert: Alert; reason: string };
  return { key, at, change, severity: alert.severity, reason };
}

/** Names of all who stand in a time line; of those who are gone there is none. */
async function namesOf(parts: Parts, { care }: AlertRecord, { actions, ledger }: AlertTimeLine) {
  const ids = new Set<string | null>([
    ...actions.map(({ by }) => by.id),
    ...actions.map(({ deed }) => (deed.type === "assign" ? deed.personId : null)),
    ...ledger.map(({ personId }) => personId),
    ...[care?.assignee ?? null, care?.acknowledgedBy ?? null, care?.arrivedBy ?? null],
  ]);
  const people = await parts.state.access.people();
  return Object.fromEntries(people.filter(({ id }) => ids.has(id)).map(({ id, name }) => [id, name]));
}

export function registerAlert(server: FastifyInstance, parts: Parts): void {
  serve(
    server,
    parts,
    ROUTES.getAlert,
    async ({ alert: record }) => {
      const timeLine = await parts.state.alerts.timeLine(record.alert.id);
      if (timeLine === undefined) throw new LinliError("not-found", "the alert has just been forgotten");
      const { transitions, actions, ledger } = timeLine;
      return {
        ...(await parts.alertItems.itemOf(record)),
        timeLine: { changes: transitions.map(changeOf), actions: [...actions], ledger: [...ledger] },
        names: await namesOf(parts, record, timeLine),
      };
    },
    { unchecked: true },
  );
}
