import { FAULTS, type FaultEntry } from "@linli/devices-sim/app";
import { days, hours, type Rule } from "@linli/model";
import { type StagedFleet, stageFleet } from "../scenario/stage/fleet.ts";
import { type Lived, live, type Stretch } from "./live.ts";

/** A fault that was put in, and until when it shows. */
export interface PlacedFault extends FaultEntry {
  readonly at: number;
  readonly kind: string;
  readonly until: number;
  /** The device, and what suffers with it. */
  readonly touched: readonly string[];
}

export interface Month {
  readonly stretch: Stretch;
  readonly lived: Lived;
  readonly faults: readonly PlacedFault[];
}

interface MonthOptions {
  readonly days: number;
  readonly withFaults: boolean;
  readonly rules: readonly Rule[];
  /** Told how far it is, 0 to 1. */
  readonly progress: (share: number) => void;
}

/** A Monday, midnight. */
const START = Date.parse("2026-06-01T00:00:00+08:00");
const SITE = { timeZone: "Asia/Shanghai", latitude: 30.27, longitude: 120.15 };
/** Before the first fault: everything has its rhythm. */
const SETTLED = hours(26);
/** Between the beginnings of two faults. */
const APART = hours(3);
/** A device has its rest between two faults of its own. */
const REST = hours(30);

/** Of what breaks nothing at another time: local hours, from … to. */
const SHOWS_AT: Readonly<Record<string, readonly [from: number, to: number]>> = {
  "streetlight.dayBurner": [9, 14],
  "streetlight.lampFailure": [18, 23],
  "gym-room.stayedBehind": [22, 24],
};

function showsAt(name: string, at: number): boolean {
  const [from, to] = SHOWS_AT[name] ?? [0, 24];
  const { hour } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(SITE.timeZone);
  return hour >= from && hour < to;
}

/** Every fault of every kind once, one after the other, on devices that have had their rest. */
function faultsOf(fleet: StagedFleet, start: number, lasts: number): PlacedFault[] {
  const { devices } = fleet.simulated;
  const byKind = Map.groupBy(devices, ({ kind }) => kind);
  let waiting = [...FAULTS].flatMap(([kind, types]) =>
    Object.entries(types).map(([fault, type]) => ({ kind, fault, type })),
  );
  const restedAt = new Map<string, number>();
  const placed: PlacedFault[] = [];
  const last = start + lasts - SETTLED;
  for (let at = start + SETTLED; at < last && waiting.length > 0; at += APART) {
    const isFree = ({ id }: { readonly id: string }) => (restedAt.get(id) ?? 0) <= at;
    const next = waiting.find(
      ({ kind, fault, type }) =>
        at + type.lasts < last && showsAt(`${kind}.${fault}`, at) && byKind.get(kind)?.some(isFree),
    );
    const device = next && byKind.get(next.kind)?.find(isFree);
    if (next === undefined || device === undefined) continue;
    waiting = waiting.filter((one) => one !== next);
    const { fault, kind, type } = next;
    const until = at + type.lasts + (type.fades ?? 0);
    const touched = devices
      .filter(({ id, gatewayId }) => id === device.id || gatewayId === device.id)
      .map(({ id }) => id);
    for (const id of touched) restedAt.set(id, until + REST);
    placed.push({ device: device.id, fault, at, lasts: type.lasts, kind, until, touched });
  }
  return placed;
}

/** Plays a month of the bundled neighbourhood: the same one at each run. */
export async function playMonth({ days: length, withFaults, rules, progress }: MonthOptions): Promise<Month> {
  const stretch: Stretch = {
    start: START,
    lasts: days(length),
    site: SITE,
    fleet: { bundled: "all", habits: "gentle", places: [], devices: [] },
    people: [],
    arrangements: {} as Stretch["arrangements"],
    rules: [],
  };
  const faults = withFaults ? faultsOf(stageFleet(stretch), START, stretch.lasts) : [];
  const told = (at: number) => progress((at - START) / stretch.lasts);
  return { stretch, faults, lived: await live(stretch, rules, { faults, told }) };
}
