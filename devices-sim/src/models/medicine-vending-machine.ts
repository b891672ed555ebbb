import { createArrivals } from "../world/arrivals.ts";
import type { World } from "../world/world.ts";
import { createFridge } from "./medicine-fridge.ts";
import { createShelf } from "./medicine-shelf.ts";
import {
  type DeviceEvent,
  type DeviceInfo,
  type DeviceModel,
  HOUR,
  MINUTE,
  round,
  SECOND,
  type Values,
} from "./model.ts";
import { createSessions } from "./sessions.ts";
import { createVitals } from "./vitals.ts";

/** Local weekdays (0 = Monday) on which somebody comes to refill. */
const REFILL_DAYS = new Set([0, 3]);
/** One vend in so many fails at first. */
const FAILS_EVERY = 149;

/** Sells day and night, is refilled twice a week, keeps its cold. */
export function medicineVendingMachine(device: DeviceInfo, world: World): DeviceModel {
  const noise = world.noise(device.id);
  const vitals = createVitals(device, world, { firmware: ["2.8.0", "2.7.4"], calibrated: true });
  const vends = createSessions({
    arrivals: createArrivals({
      rhythm: world.people.medicine,
      scale: 0.6 + 0.4 * noise.unit(1),
      slotMs: 10 * MINUTE,
      block: 24,
      noise: noise.fork("arrivals"),
    }),
    noise: noise.fork("vends"),
    length: [25 * SECOND, 70 * SECOND],
  });
  const shelf = createShelf(noise.fork("shelf"));
  const firstSale = vends.finished(vitals.installed);
  const failShift = noise.int(0, FAILS_EVERY - 1, 2);

  const sales = (at: number) => vends.finished(at) - firstSale;
  const fails = (count: number) => Math.floor((count + failShift) / FAILS_EVERY);

  /** The refill of a local day: between nine and eleven, six to eleven minutes with the door open. */
  function refillOn(day: number): { start: number; end: number } | undefined {
    if (!REFILL_DAYS.has(world.local.weekday(day))) return undefined;
    const start = Math.round(world.local.midnight(day) + (9 + 2 * noise.unit(day, 3)) * HOUR);
    return { start, end: Math.round(start + (6 + 5 * noise.unit(day, 4)) * MINUTE) };
  }

  /** The latest refill that began at or before `at`. */
  function latestRefill(at: number): { start: number; end: number } {
    for (let day = world.local.day(at), back = 0; back <= 7; back++) {
      const refill = refillOn(day - back);
      if (refill && refill.start <= at) return refill;
    }
    return { start: 0, end: 0 };
  }

  const fridge = createFridge(noise.fork("fridge"), world, latestRefill);

  function observe(at: number): Values {
    const refill = latestRefill(at);
    const count = Math.max(0, sales(at));
    // the machine books the refill when its door closes
    const booked = refill.end <= at ? refill : latestRefill(refill.start - 1);
    const isOpen = at < refill.end;
    const isBusy = vends.during(at) !== undefined;
    const failed = fails(count) - fails(0);
    return {
      ...vitals.observe(at),
      workingStatus: isOpen ? "busy" : isBusy ? "dispensing" : "ready",
      saleState: isOpen ? "held" : "open",
      doorOpen: isOpen,
      doorOpenDuration: isOpen ? Math.floor((at - refill.start) / MINUTE) * 60 : 0,
      serviceMode: isOpen,
      "output.status": "free",
      ...fridge.observe(at),
      ...shelf.observe(count, Math.max(0, sales(booked.end)), booked.end),
      salesCount: count,
      salesAmount: round(shelf.amount(count), 2),
      failedVendCount: failed,
      refundCount: Math.floor(failed / 3),
      "payment.qr.status": "ok",
      "payment.card.status": "ok",
      activeEvaDtsCodes: [],
      networkType: device.gatewayId === null ? "cellular" : "ethernet",
      batteryBackup: false,
    };
  }

  function vendEvents(from: number, to: number): DeviceEvent[] {
    return vends.touching(from, to).flatMap((vend) => {
      if (vend.end <= from || vend.end > to || vend.number < firstSale) return [];
      const number = vend.number - firstSale;
      const { slot, price } = shelf.slotOf(number);
      const done: DeviceEvent = { at: vend.end, type: "vendSucceeded", data: { slot, qty: 1, amount: price } };
      if (fails(number + 1) === fails(number)) return [done];
      const reason = noise.pick(["dropNotDetected", "motorJam"], number, 5);
      return [{ at: vend.end - 10 * SECOND, type: "vendFailed", data: { slot, reason } }, done];
    });
  }

  function refillEvents(from: number, to: number): DeviceEvent[] {
    const { start, end } = latestRefill(to);
    const events: DeviceEvent[] = [];
    const who = `YS${noise.int(100, 999, 6)}`;
    if (start > from) events.push({ at: start, type: "doorOpened", data: { who } });
    if (end > from && end <= to) {
      const before = latestRefill(start - 1);
      for (const { expiry, ...what } of shelf.refill(Math.max(0, sales(before.end)), Math.max(0, sales(end)), end)) {
        events.push({ at: end, type: "refill", data: { ...what, expiry, who } });
      }
    }
    return events;
  }

  return {
    every: MINUTE,
    observe,
    eventsBetween: (from, to) => [...vendEvents(from, to), ...refillEvents(from, to)].toSorted((a, b) => a.at - b.at),
    nextChange(at) {
      const refill = latestRefill(at);
      if (refill.end > at) return Math.min(refill.end, vends.nextChange(at));
      const today = refillOn(world.local.day(at));
      return today && today.start > at ? Math.min(today.start, vends.nextChange(at)) : vends.nextChange(at);
    },
    obey(name, args, at) {
      if (name === "testVend") return { ok: true, detail: `slot ${String(args.slot)} turned, nothing taken` };
      if (name === "startDefrost") {
        const bend = (values: Values) => {
          values.defrostActive = true;
          values.compressorOn = false;
          values.evaporatorTemperature = 4;
        };
        return { ok: true, effect: { name: "defrost", from: at, until: at + 15 * MINUTE, bend } };
      }
      if (name === "setSellable") {
        if (args.sellable === true) return { ok: true, clears: "sale" };
        const bend = (values: Values) => {
          if (args.slot === "all") values.saleState = "blocked";
          else if (`selection.${String(args.slot)}.stock` in values) {
            values[`selection.${String(args.slot)}.availability`] = "temporaryNotAvailable";
          }
        };
        return { ok: true, effect: { name: "sale", from: at, until: Infinity, bend } };
      }
      return undefined;
    },
  };
}
