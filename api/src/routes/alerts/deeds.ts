import { type AlertDeed, days, LinliError, ROUTES } from "@linli/model";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { authorOf, type Identity } from "../../access/identity.ts";
import { invalidField } from "../../errors/api-error.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

const LONGEST_SNOOZE = days(1);
const LONGEST_KNOWN = days(30);

/** Who did it to which alert. */
interface Doer {
  readonly alert: { readonly alert: { readonly id: string; readonly active: boolean } };
  readonly who: Identity;
  readonly request: FastifyRequest;
}

function assertOpen({ alert: { alert } }: Doer): void {
  if (!alert.active) throw new LinliError("conflict", "the alert is over already");
}

export function registerAlertDeeds(server: FastifyInstance, parts: Parts): void {
  const record = ({ alert, who, request }: Doer, deed: AlertDeed) =>
    parts.state.alerts.act(alert.alert.id, deed, authorOf(who, request.ip, parts.clock.now()));

  /** Of an alert that is over nothing can be stopped or put off. */
  const recordOpen = (doer: Doer, deed: AlertDeed) => {
    assertOpen(doer);
    return record(doer, deed);
  };

  /** A time to come, so far ahead at most. */
  const assertUntil = (until: number, longest: number, inWords: string) => {
    const ahead = until - parts.clock.now();
    if (ahead <= 0) throw invalidField("until", "has to lie in the future", until);
    if (ahead > longest) throw invalidField("until", `at most ${inWords} ahead`, until);
  };

  serve(server, parts, ROUTES.acknowledgeAlert, async (call) => recordOpen(call, { type: "acknowledge" }));
  serve(server, parts, ROUTES.unacknowledgeAlert, async (call) => recordOpen(call, { type: "unacknowledge" }));
  serve(server, parts, ROUTES.arriveAtAlert, async (call) => recordOpen(call, { type: "arrived" }));
  serve(server, parts, ROUTES.commentOnAlert, async (call) => record(call, { type: "comment", text: call.body.text }));

  serve(server, parts, ROUTES.assignAlert, async (call) => {
    const { personId } = call.body;
    if (personId !== null) {
      const person = await parts.state.access.person(personId);
      if (!person || person.disabledAt !== null) throw invalidField("personId", "no such person", personId);
    }
    return recordOpen(call, { type: "assign", personId });
  });

  serve(server, parts, ROUTES.snoozeAlert, async (call) => {
    const { until } = call.body;
    assertUntil(until, LONGEST_SNOOZE, "a day");
    return recordOpen(call, { type: "snooze", until });
  });

  serve(server, parts, ROUTES.markAlertKnown, async (call) => {
    const { until, text } = call.body;
    assertUntil(until, LONGEST_KNOWN, "30 days");
    return recordOpen(call, { type: "known", until, text });
  });
}
