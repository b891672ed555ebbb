import { compileRule } from "@linli/alerting";
import { createSimulator, type FaultEntry, GENTLE, NONE, type Simulator } from "@linli/devices-sim/app";
import { DEVICE_KINDS, days, type Rule } from "@linli/model";
import type { Author } from "@linli/stores";
import { PARTS } from "../virtual/parts.ts";
import { VirtualPlatform } from "../virtual/platform.ts";
import type { Scenario } from "./file/scenario-file.ts";
import { type Failure, judge } from "./judge/judge.ts";
import { type Book, readBook } from "./stage/book.ts";
import { arrangementsOf, peopleOf } from "./stage/cast.ts";
import { type StagedFleet, stageFleet } from "./stage/fleet.ts";
import { HandPlayed } from "./stage/hand.ts";
import { isRefusal, perform, type Scene } from "./stage/perform.ts";
import { faultsOf, momentsOf } from "./stage/time-line.ts";

/** What a run gives: everything that happened, and what was expected and did not. */
export interface Run {
  readonly book: Book;
  /** By the path in the file; empty = it passed. */
  readonly failures: readonly Failure[];
  /** ms of virtual time. */
  readonly lasted: number;
}

const SECOND = 1_000;
const LARGE_FLEET = 100;
/** Of so much time nobody asks for the second in which somebody was told. */
const LONG = days(3);

/** Runs a scenario in virtual time. Fails with `invalid` for one whose fleet cannot be. */
export async function runScenario(scenario: Scenario, rules: readonly Rule[]): Promise<Run> {
  const { start } = scenario;
  const fleet = stageFleet(scenario);
  const faults = faultsOf(scenario, fleet);
  const platform = await VirtualPlatform.open(start, siteSettings(scenario));
  try {
    return await runOn(platform, { scenario, rules, fleet, faults });
  } finally {
    await platform.close();
  }
}

interface Staged {
  readonly scenario: Scenario;
  readonly rules: readonly Rule[];
  readonly fleet: StagedFleet;
  readonly faults: readonly FaultEntry[];
}

async function runOn(platform: VirtualPlatform, { scenario, rules, fleet, faults }: Staged): Promise<Run> {
  const { start, lasts } = scenario;
  await furnish(platform, { scenario, rules, fleet });
  for (const part of PARTS) await platform.start(part);
  const { clock, lines } = platform;
  const hand = new HandPlayed(scenario.fleet.devices, { lines, clock, tokenOf: (id) => fleet.tokenOf(id) });
  const simulator = simulate(platform, { scenario, fleet, faults });
  await simulator.start();
  hand.open();
  const failures = await play(scenario, { start, platform, fleet, hand });
  await clock.during(simulator.stop());
  const book = await readBook(platform.state, start, platform.carried);
  return {
    book,
    failures: [...failures, ...judge(scenario, { book, scenario, ids: (on) => fleet.ids(on), tolerance: 0 })],
    lasted: lasts,
  };
}

export function siteSettings({ site }: Scenario): Readonly<Record<string, string>> {
  const { timeZone, latitude, longitude } = site;
  return {
    LINLI_TIME_ZONE: timeZone,
    LINLI_LATITUDE: String(latitude),
    LINLI_LONGITUDE: String(longitude),
  };
}

export async function furnish(
  { state }: Pick<VirtualPlatform, "state">,
  { scenario, rules, fleet }: { scenario: Scenario; rules: readonly Rule[]; fleet: StagedFleet },
): Promise<void> {
  const author: Author = { id: "linli", type: "system", at: scenario.start };
  await state.registry.importBatch(fleet.batch, author);
  for (const person of peopleOf(scenario)) await state.access.putPerson(person, author);
  for (const { type, value } of arrangementsOf(scenario)) await state.arrangements.put(type, value as never, 0, author);
  await state.rules.ship(rules, author);
  for (const rule of scenario.rules) {
    // one that cannot be used would be left out, and its silence pass for calm
    compileRule(rule, { version: 1, kinds: DEVICE_KINDS });
    await state.rules.put(rule, 0, "of the scenario", author);
  }
}

function simulate(
  { deps, lines }: VirtualPlatform,
  { scenario, fleet, faults }: { scenario: Scenario; fleet: StagedFleet; faults: readonly FaultEntry[] },
): Simulator {
  const settings = {
    fleet: fleet.simulated,
    broker: "virtual",
    faults,
    habits: scenario.fleet.habits === "gentle" ? GENTLE : NONE,
  };
  return createSimulator(settings, { ...deps, transport: lines.transport });
}

/** A large fleet keeps watch so busy that what it decides is committed in larger runs; when it was is the journal's affair. */
function lookEvery({ devices }: StagedFleet, lasts: number): number {
  if (lasts > LONG) return 10 * SECOND;
  return devices.size > LARGE_FLEET ? 5 * SECOND : SECOND;
}

/** Second by second, and at each step's own moment; steps that the platform refuses are failures. */
async function play(
  scenario: Scenario,
  scene: Scene & { readonly platform: VirtualPlatform; readonly fleet: StagedFleet },
): Promise<Failure[]> {
  const { start, platform } = scene;
  const failures: Failure[] = [];
  const moments = momentsOf(scenario.steps);
  const look = lookEvery(scene.fleet, scenario.lasts);
  let next = 0;
  for (let at = 0; at <= scenario.lasts; at += SECOND) {
    const played = next;
    for (let moment = moments[next]; moment !== undefined && moment.at <= at; moment = moments[++next]) {
      await platform.clock.runUntil(start + moment.at);
      try {
        await perform(moment, scene);
        platform.stir();
      } catch (error) {
        if (!isRefusal(error)) throw error;
        failures.push({ path: `steps.${moment.index}`, message: error.message });
      }
    }
    await platform.clock.runUntil(start + at);
    if (at % look === 0 || next > played || at === scenario.lasts) await platform.round();
  }
  return failures;
}
