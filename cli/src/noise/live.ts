import { createSimulator, type FaultEntry, GENTLE, NONE } from "@linli/devices-sim/app";
import { interpretLimits, NO_RULES, readRuleBook, siteOf, Watch } from "@linli/ingest/app";
import { closingTopic, DEVICE_KINDS, type DeviceState, type Rule, seconds } from "@linli/model";
import { NotifyLoop } from "@linli/notify/app";
import { createLogger, readSettings } from "@linli/runtime";
import { type JournalEntry, openMemoryState, RegistryView, type StateStore, type Transition } from "@linli/stores";
import type { Scenario } from "../scenario/file/scenario-file.ts";
import { furnish, siteSettings } from "../scenario/run.ts";
import { type Book, readBook } from "../scenario/stage/book.ts";
import { stageFleet } from "../scenario/stage/fleet.ts";
import type { Carried } from "../virtual/carried.ts";
import { recordingChannels } from "../virtual/channels.ts";
import { VirtualClock } from "../virtual/virtual-clock.ts";
import { Crew } from "./crew.ts";
import { WrittenLines } from "./written-lines.ts";

/** The broker ticks every second; watch takes itself for blind after five without a word. */
const TICK_MS = seconds(4);
/** Turns in a row that may each say that there is more. */
const MOST_TURNS = 1_000;
/** People do what they do by the minute. */
const CREW_LOOKS_MS = 60_000;
const CENTURY_MS = 36_525 * 86_400_000;

/** A time to live through. */
export type Stretch = Pick<Scenario, "start" | "lasts" | "site" | "fleet" | "people" | "arrangements" | "rules">;

export interface Lived extends Book {
  /** Messages of devices. */
  readonly messages: number;
}

/** Decides by the same code as in earnest what is raised and who is told; only transport and disks are left out. */
export async function live(
  stretch: Stretch,
  rules: readonly Rule[],
  { faults, told = () => {} }: { readonly faults: readonly FaultEntry[]; readonly told?: (at: number) => void },
): Promise<Lived> {
  const state = forOne(await openMemoryState());
  try {
    return await liveOn(state, stretch, { rules, faults, told });
  } finally {
    await state.close();
  }
}

/** Nobody else wants to be watch or notify here: leases need no renewing. */
function forOne(state: StateStore): StateStore {
  const { leases } = state;
  return {
    ...state,
    leases: {
      ...leases,
      acquire: (role, owner, now) => leases.acquire(role, owner, now, CENTURY_MS),
      renew: async () => {},
    },
  };
}

async function liveOn(
  state: StateStore,
  stretch: Stretch,
  { rules, faults, told }: { rules: readonly Rule[]; faults: readonly FaultEntry[]; told: (at: number) => void },
): Promise<Lived> {
  const { start, lasts } = stretch;
  const scenario = stretch as Scenario;
  const fleet = stageFleet(scenario);
  const settings = readSettings({ LINLI_DATA_DIR: "/nonexistent", ...siteSettings(scenario) });
  await furnish({ state }, { scenario, rules, fleet });

  const clock = new VirtualClock(start, () => false);
  const log = createLogger("noise", "silent");
  const watch = new Watch(
    {
      registry: await RegistryView.load(state),
      kinds: DEVICE_KINDS,
      limits: interpretLimits(settings),
      rules: await readRuleBook(state.rules, DEVICE_KINDS, NO_RULES),
      site: siteOf(settings),
    },
    { checkpoint: undefined, states: [], rules: [] },
  );
  const epoch = await state.leases.acquire("watch", "ingest", start, CENTURY_MS);
  const transitions: Transition[] = [];
  let sequence = 0;
  let messages = 0;
  const write = (entry: JournalEntry) => {
    const position = String(sequence).padStart(16, "0");
    if (entry.kind === "publish") messages++;
    watch.apply({ ...entry, sequence: sequence++, position }, true);
    const effects = watch.takeEffects();
    for (const transition of effects.transitions) transitions.push(transition);
  };
  const lines = new WrittenLines(clock, write);
  const carried: Carried[] = [];
  const notify = await NotifyLoop.open({
    clock,
    log,
    state,
    channels: recordingChannels(
      () => clock.now(),
      (message) => carried.push(message),
    ),
    fetch: () => Promise.reject(new Error("nothing leaves a virtual month")),
    timeZone: settings.LINLI_TIME_ZONE,
    publicUrl: settings.LINLI_PUBLIC_URL,
  });

  const commit = async () => {
    const position = String(sequence).padStart(16, "0");
    const decided = transitions.splice(0);
    const states = [...new Set(decided.map(({ deviceId }) => deviceId))]
      .map((id) => watch.state(id))
      .filter((one): one is DeviceState => one !== undefined);
    const checkpoint = { position, sequence, time: watch.time, memory: "{}" };
    await state.watch.commit({ checkpoint, states, transitions: decided, rules: [] }, epoch);
  };
  const tell = async () => {
    for (let turns = 0; turns < MOST_TURNS; turns++) {
      const more = await notify.turn();
      await notify.delivered();
      if (!more) return;
    }
  };

  const crew = new Crew({
    state,
    close: (alertId, personId, content) => lines.say(`person:${personId}`, closingTopic(alertId), content),
  });
  lines.note("start", "1");
  const habits = stretch.fleet.habits === "gentle" ? GENTLE : NONE;
  const simulator = createSimulator(
    { fleet: fleet.simulated, broker: "virtual", faults, habits },
    { clock, log, transport: lines.transport },
  );
  await simulator.start();
  for (let at = 0; at < lasts; at += TICK_MS) {
    await clock.runUntil(start + at);
    lines.note("tick");
    const news = transitions.length > 0;
    if (news) await commit();
    const acted = at % CREW_LOOKS_MS === 0 && (await crew.act(carried, clock.now()));
    if (news || acted || (notify.due ?? Infinity) <= clock.now()) await clock.during(tell());
    if (at % 3_600_000 === 0) told(start + at);
  }
  await clock.during(notify.stop());
  const book = await readBook(state, start, carried);
  return { ...book, messages };
}
