import type { Arrangement, Arrangements, ArrangementType, Problem } from "@linli/model";
import { deskOf } from "../people.ts";
import type { World } from "../world.ts";
import { contactFlaws, reachFlaws } from "./contact.ts";
import { escalationFlaws, routeFlaws } from "./escalation.ts";
import { type Examined, type Flaw, type FlawCode, sentenceOf, shown } from "./flaw.ts";
import { maintenanceFlaws, silenceFlaws } from "./muting.ts";
import { rotaFlaws } from "./rota.ts";
import { teamFlaws } from "./team.ts";

/** Something wrong with what is arranged as it stands, told to those who arrange. */
export interface Finding {
  readonly code: FlawCode;
  /** Type and id: `rota/nights`; the same finding has the same code and subject. */
  readonly subject: string;
  readonly detail: string;
}

type Examiners = { readonly [T in ArrangementType]: (value: Arrangement<T>, examined: Examined) => Flaw[] };

const EXAMINERS: Examiners = {
  team: teamFlaws,
  rota: rotaFlaws,
  escalation: escalationFlaws,
  route: routeFlaws,
  contact: contactFlaws,
  // what a channel needs is the channel's own business
  channel: () => [],
  silence: silenceFlaws,
  maintenance: maintenanceFlaws,
};
const TYPES = Object.keys(EXAMINERS) as ArrangementType[];

function flawsOf<T extends ArrangementType>(type: T, value: Arrangement<T>, examined: Examined): Flaw[] {
  return EXAMINERS[type](value, examined);
}

function worldWith<T extends ArrangementType>(type: T, value: Arrangement<T>, world: World): World {
  const others = world.arrangements[type].filter(({ id }) => id !== value.id);
  const arrangements: Arrangements = { ...world.arrangements, [type]: [...others, value] };
  return {
    arrangements,
    people: world.people,
    places: world.places,
    timeZone: world.timeZone,
    publicUrl: world.publicUrl,
    device: (id) => world.device(id),
    childrenOf: (gatewayId) => world.childrenOf(gatewayId),
    devicesAt: (placeId) => world.devicesAt(placeId),
    rule: (ruleId, version) => world.rule(ruleId, version),
    reaches: (channelType) => world.reaches(channelType),
  };
}

/** Why an arrangement may not be saved; empty when it may. */
export function checkArrangement<T extends ArrangementType>(
  type: T,
  value: Arrangement<T>,
  world: World,
  now: number,
): Problem[] {
  const after = worldWith(type, value, world);
  const flaws = flawsOf(type, value, { world: after, now }).filter((flaw) => flaw.refused);
  const problems = flaws.map((flaw): Problem => ({ field: flaw.field, message: sentenceOf(flaw) }));
  if (deskOf(world) === undefined || deskOf(after) !== undefined) return problems;
  return [...problems, { field: "desk", message: sentenceOf(shown("no-desk", "desk", "")) }];
}

/** Everybody whom some arrangement counts on. */
function countedOn({ team, rota, escalation }: Arrangements, now: number): Set<string> {
  return new Set([
    ...team.flatMap(({ members }) => members),
    ...rota.flatMap(({ layers }) => layers.flatMap(({ people }) => people)),
    ...rota.flatMap(({ overrides }) => overrides.filter(({ to }) => to > now).map(({ personId }) => personId)),
    ...escalation.flatMap(({ steps }) =>
      steps.flatMap(({ targets }) => targets.flatMap((target) => ("person" in target ? [target.person] : []))),
    ),
  ]);
}

function peopleFindings({ world, now }: Examined): Finding[] {
  const people = [...countedOn(world.arrangements, now)].filter((id) => world.people.has(id)).toSorted();
  return people.flatMap((id) => {
    const contact = world.arrangements.contact.find((candidate) => candidate.id === id);
    const flaws = contact ? reachFlaws(contact, { world, now }) : [shown("no-contact", "", id)];
    return flaws.map((flaw) => ({ code: flaw.code, subject: `person/${id}`, detail: sentenceOf(flaw) }));
  });
}

/** What is over has no flaws any more. */
const isPast = ({ code }: Flaw) => code === "over";
/** They stand with the person. */
const isReach = ({ code }: Flaw) => code === "no-contact" || code === "page-only";

function findingsOf<T extends ArrangementType>(type: T, examined: Examined): Finding[] {
  return examined.world.arrangements[type].flatMap((value) => {
    const flaws = flawsOf(type, value, examined);
    if (flaws.some(isPast)) return [];
    const told = type === "contact" ? flaws.filter((flaw) => !isReach(flaw) && flaw.code !== "robot-only") : flaws;
    const codes = [...new Set(told.map(({ code }) => code))];
    return codes.map((code) => {
      const sentences = told.filter((flaw) => flaw.code === code).map(sentenceOf);
      return { code, subject: `${type}/${value.id}`, detail: sentences.join("; ") };
    });
  });
}

/** Everything wrong with what is arranged, one finding per arrangement and code: holes are seen before their night. */
export function examineArrangements(world: World, now: number): Finding[] {
  const examined = { world, now };
  const noDesk = shown("no-desk", "", "");
  return [
    ...(deskOf(world) === undefined ? [{ code: noDesk.code, subject: "site", detail: sentenceOf(noDesk) }] : []),
    ...TYPES.flatMap((type) => findingsOf(type, examined)),
    ...peopleFindings(examined),
  ];
}
