import type { Maintenance, Silence } from "@linli/model";
import type { World } from "../duty/world.ts";
import { fingerprint } from "../fingerprint.ts";
import { REMIND_AUTHOR_BEFORE } from "../stages/silence.ts";
import type { AlertCase, Held } from "./alert-case.ts";
import type { MutingCase } from "./other-cases.ts";
import { nextMinute, type Round } from "./round.ts";

/** What people arranged so that nobody is told. */
export type Muting =
  | { readonly by: "silence"; readonly value: Silence }
  | { readonly by: "maintenance"; readonly value: Maintenance };

/** By its name among the cases; undefined when it was removed. */
export function mutingNamed(name: string, { arrangements }: World): Muting | undefined {
  const [by, id] = [name.slice(0, name.indexOf(".")), name.slice(name.indexOf(".") + 1)];
  if (by === "silence") {
    const value = arrangements.silence.find((one) => one.id === id);
    return value && { by, value };
  }
  const value = arrangements.maintenance.find((one) => one.id === id);
  return value && { by: "maintenance", value };
}

/** Another one when it was changed. */
export function printOf(muting: Muting | undefined): string {
  return muting === undefined ? "" : fingerprint(muting.value);
}

/** When its author is to be reminded. */
export function remindAt({ by, value }: Muting): number {
  return by === "silence" ? value.until - REMIND_AUTHOR_BEFORE : Number.POSITIVE_INFINITY;
}

/** A silence, a window lists what it hides: whoever ends it early lets them go at once. */
export function hide({ by, about }: Pick<Held, "by" | "about">, one: AlertCase, round: Round): void {
  const { mutings } = round.cases;
  const name = `${by}.${about}`;
  const known = mutings.get(name);
  if (known !== undefined) {
    known.alerts[one.alert.id] = true;
    return mutings.touch(name);
  }
  const muting = mutingNamed(name, round.world);
  if (muting === undefined) return;
  const reminded = remindAt(muting) <= round.now;
  const hidden = mutings.add(name, {
    alerts: { [one.alert.id]: true },
    print: printOf(muting),
    reminded,
    lookAt: null,
  });
  lookAgain(name, hidden, round);
}

export function lookAgain(name: string, hidden: MutingCase, { cases, now }: Round): void {
  hidden.lookAt = nextMinute(now);
  cases.mutings.touch(name);
  cases.schedule.set(`s:${name}`, hidden.lookAt);
}
