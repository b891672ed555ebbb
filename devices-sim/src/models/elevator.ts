import { createArrivals } from "../world/arrivals.ts";
import type { World } from "../world/world.ts";
import { type Drive, runAt, runTime, type Stretch, shifted, stretchesOf } from "./elevator-trip.ts";
import { elevatorWear } from "./elevator-wear.ts";
import {
  clamp,
  type DeviceEvent,
  type DeviceInfo,
  type DeviceModel,
  HOUR,
  MINUTE,
  round,
  SECOND,
  type Values,
} from "./model.ts";
import { createVitals } from "./vitals.ts";

/** At most one journey in two minutes: a full height there and back fits in. */
const SLOT = 2 * MINUTE;
/** After so many slots the car goes home, so that its position never depends on more than half an hour of past. */
const BLOCK = 16;
/** Chinese practice: the maintainer comes twice a month. */
const VISIT_EVERY_BLOCKS = Math.round((14 * 24 * HOUR) / (SLOT * BLOCK));

function labelsOf(tags: DeviceInfo["tags"]): [string, ...string[]] {
  const floors = clamp(Math.round(Number(tags.floors ?? 11)) || 11, 2, 26);
  const upper = Array.from({ length: floors - 1 }, (_, i) => (tags.landings === "half" ? `${i + 1}.5` : `${i + 2}`));
  return tags.basement === "yes" ? ["B1", "1", ...upper] : ["1", ...upper];
}

/** Keeps the answers for the few blocks that are asked for again and again. */
function remember(answer: (block: number) => boolean): (block: number) => boolean {
  const known = new Map<number, boolean>();
  return (block) => {
    let value = known.get(block);
    if (value === undefined) {
      value = answer(block);
      if (known.size >= 64) known.clear();
      known.set(block, value);
    }
    return value;
  };
}

/** A lift: journeys by the rhythm of its staircase, doors, load, wear, a maintainer every fortnight. */
export function elevator(device: DeviceInfo, world: World): DeviceModel {
  const noise = world.noise(device.id);
  const labels = labelsOf(device.tags);
  const home = labels.indexOf("1");
  const isRetrofit = device.tags.retrofit === "yes";
  const drive: Drive = { speed: isRetrofit ? 0.63 : labels.length > 14 ? 1.75 : 1, floorHeight: 2.9 };
  const vitals = createVitals(device, world, { firmware: ["5.1.3", "5.0.9", "4.8.2"] });
  const arrivals = createArrivals({
    rhythm: world.people.lift,
    scale: isRetrofit ? 0.35 : clamp(labels.length / 18, 0.4, 1.3),
    slotMs: SLOT,
    block: BLOCK,
    reserved: 1,
    noise: noise.fork("arrivals"),
  });
  const wear = elevatorWear(noise.fork("wear"), world, arrivals, vitals.installed);
  const visitShift = noise.int(0, VISIT_EVERY_BLOCKS - 1, 3);

  /** The maintainer's visit takes one whole block, in working hours. */
  const isVisit = remember((block) => {
    const turn = Math.floor((block - visitShift) / VISIT_EVERY_BLOCKS);
    const first = turn * VISIT_EVERY_BLOCKS + visitShift;
    for (let candidate = first; candidate <= block; candidate++) {
      const hour = world.local.hour(candidate * BLOCK * SLOT);
      if (hour >= 9 && hour < 16) return candidate === block;
    }
    return false;
  });

  const isTrip = (slot: number) => arrivals.comes(slot) && !isVisit(Math.floor(slot / BLOCK));

  /** People leave in the morning, come home in the evening, and go about in between. */
  function way(slot: number): { origin: number; destination: number } {
    const hour = world.local.hour(slot * SLOT);
    const leaving = hour < 11 ? 0.85 : hour < 16 ? 0.5 : 0.2;
    const ground = labels.length > 3 && home === 1 && noise.unit(slot, 4) < 0.3 ? 0 : home;
    const upper = home + 1 + Math.floor(noise.unit(slot, 5) * (labels.length - home - 1));
    return noise.unit(slot, 6) < leaving
      ? { origin: upper, destination: ground }
      : { origin: ground, destination: upper };
  }

  function positionBefore(slot: number): number {
    const first = Math.floor(slot / BLOCK) * BLOCK;
    for (let earlier = slot - 1; earlier > first; earlier--) {
      if (isTrip(earlier)) return way(earlier).destination;
    }
    if (slot !== first) return home;
    for (let earlier = first - 1; earlier > first - BLOCK; earlier--) {
      if (isTrip(earlier)) return way(earlier).destination;
    }
    return home;
  }

  function build(slot: number): Stretch[] {
    const at = positionBefore(slot);
    if (slot % BLOCK === 0) {
      const took = runTime(drive, Math.abs(at - home) * drive.floorHeight);
      const start = slot * SLOT + 5 * SECOND;
      return at === home ? [] : [{ state: "run", start, end: start + took, from: at, to: home, load: 0 }];
    }
    if (!isTrip(slot)) return [];
    const stretches = stretchesOf(drive, {
      at,
      ...way(slot),
      load: Math.round(7 + 38 * noise.unit(slot, 7) ** 2),
      holds: [(3 + 3 * noise.unit(slot, 8)) * SECOND, (3 + 2 * noise.unit(slot, 9)) * SECOND],
    });
    const slack = Math.max(0, SLOT - (stretches.at(-1)?.end ?? 0) - SECOND);
    return shifted(stretches, slot * SLOT + slack * noise.unit(slot, 10));
  }

  let cachedSlot = -1;
  let cached: Stretch[] = [];
  function stretches(slot: number): Stretch[] {
    if (slot !== cachedSlot) {
      cached = build(slot);
      cachedSlot = slot;
    }
    return cached;
  }

  /** State of car and door; `landing` is the position as a count of floors. */
  function car(at: number): Values & { landing: number } {
    const slot = arrivals.slotOf(at);
    const plan = stretches(slot);
    const now = plan.find(({ start, end }) => start <= at && at < end);
    const isOver = (plan.at(-1)?.end ?? Infinity) <= at;
    const landing = now?.from ?? (isOver ? (plan.at(-1)?.to ?? home) : positionBefore(slot));
    if (now?.state !== "run") {
      const state = now?.state ?? "closed";
      return {
        landing,
        "carDoorStatus.1": state,
        carDriveStatus: "stationary",
        carMovingDirection: "stopped",
        carAssignedDirection: "none",
        carSpeed: 0,
        carDoorZone: true,
        carLoad: now?.load ?? 0,
        occupied: (now?.load ?? 0) > 0,
      };
    }
    const metres = Math.abs(now.to - now.from) * drive.floorHeight;
    const moved = runAt(drive, metres, at - now.start);
    const sign = now.to > now.from ? 1 : -1;
    const floors = moved.metres / drive.floorHeight;
    const direction = sign > 0 ? "up" : "down";
    return {
      landing: now.from + sign * Math.round(floors),
      "carDoorStatus.1": "closed",
      carDriveStatus: moved.phase,
      carMovingDirection: direction,
      carAssignedDirection: direction,
      carSpeed: round(moved.speed, 2),
      carDoorZone: Math.abs(floors - Math.round(floors)) * drive.floorHeight < 0.2,
      carLoad: now.load,
      occupied: now.load > 0,
    };
  }

  function mode(at: number): Values {
    const slot = arrivals.slotOf(at);
    const isMaintained = slot % BLOCK !== 0 && isVisit(Math.floor(slot / BLOCK));
    const isHoming = slot % BLOCK === 0 && stretches(slot).some(({ start, end }) => start <= at && at < end);
    return { carMode: isMaintained ? "inspection" : isHoming ? "homing" : "normal", inMaintenance: isMaintained };
  }

  /** The end of the latest visit: visits are sought back over at most two turns. */
  function lastVisit(at: number): number {
    const block = Math.floor(at / SLOT / BLOCK);
    let candidate = Math.floor((block - visitShift) / VISIT_EVERY_BLOCKS) * VISIT_EVERY_BLOCKS + visitShift;
    for (let turn = 0; turn < 2; turn++, candidate -= VISIT_EVERY_BLOCKS) {
      for (let b = candidate; b < candidate + 50; b++) {
        if (b < block && isVisit(b)) return (b + 1) * BLOCK * SLOT;
      }
    }
    return vitals.installed;
  }

  let visitBlock = -1;
  let visitEnd = 0;

  function observe(at: number): Values {
    const block = Math.floor(at / SLOT / BLOCK);
    if (block !== visitBlock) {
      visitEnd = lastVisit(at);
      visitBlock = block;
    }
    const { landing, ...state } = car(at);
    return {
      ...vitals.observe(at),
      ...mode(at),
      ...state,
      // the controller counts landings from 1 for the ground floor; the one below is 0
      carPosition: landing - home + 1,
      floorLabel: labels[landing] ?? labels[0],
      passengerAlarm: false,
      faultSignals: [],
      vendorFaultCodes: [],
      overspeed: false,
      overTravel: false,
      eBikeDetected: false,
      ...wear(at, stretches(arrivals.slotOf(at))),
      lastMaintenanceAt: visitEnd,
    };
  }

  /** The next moment inside a run when the car passes a floor or changes its phase; told every two seconds at most. */
  function nextInRun(run: Stretch, at: number): number {
    const later = at + 2 * SECOND;
    return later < run.end ? later : run.end;
  }

  function nextChange(at: number): number {
    const slot = arrivals.slotOf(at);
    for (const stretch of stretches(slot)) {
      if (stretch.start > at) return stretch.start;
      if (stretch.end > at) return stretch.state === "run" ? nextInRun(stretch, at) : stretch.end;
    }
    return (slot + 1) * SLOT;
  }

  function eventsBetween(from: number, to: number): DeviceEvent[] {
    const events: DeviceEvent[] = [];
    const [first, last] = [Math.floor(from / SLOT / BLOCK), Math.floor(to / SLOT / BLOCK)];
    for (let block = Math.max(first, last - BLOCK); block <= last; block++) {
      if (!isVisit(block)) continue;
      const data = { who: `WB${noise.int(1_000, 9_999, 11)}` };
      const [start, end] = [(block * BLOCK + 1) * SLOT, (block + 1) * BLOCK * SLOT - 1];
      if (start > from && start <= to) events.push({ at: start, type: "maintenanceStart", data });
      if (end > from && end <= to) events.push({ at: end, type: "maintenanceEnd", data });
    }
    return events;
  }

  return {
    every: 10 * SECOND,
    observe,
    eventsBetween,
    nextChange,
    obey(name, args, at) {
      if (name === "startIntercomCall") return { ok: true, detail: "the car's intercom rings" };
      if (name === "requestSelfTest") return { ok: true, detail: "passed: speaker, microphone, battery" };
      if (name === "requestSnapshot") return { ok: false, detail: "no camera in this car" };
      if (name !== "setMaintenance") return undefined;
      const until = typeof args.until === "number" ? args.until : at;
      if (args.on !== true) return { ok: true, clears: "maintenance" };
      const bend = (values: Values) => {
        values.carMode = "inspection";
        values.inMaintenance = true;
      };
      return { ok: true, effect: { name: "maintenance", from: at, until, bend } };
    },
  };
}
