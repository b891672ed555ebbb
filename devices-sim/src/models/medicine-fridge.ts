import type { Noise } from "../world/noise.ts";
import type { World } from "../world/world.ts";
import { clamp, DAY, HOUR, MINUTE, round, type Values } from "./model.ts";

const DEFROST_EVERY = 8 * HOUR;
const DEFROST = 18 * MINUTE;
/** ΔH/R of the mean kinetic temperature, kelvin. */
const MKT_FACTOR = 10_000;
const KELVIN = 273.15;

/** The cold and the cool compartment of a medicine machine. */
export interface Fridge {
  observe(at: number): Values;
}

/** `door` = the latest door opening that began before a moment. */
export function createFridge(noise: Noise, world: World, door: (at: number) => { start: number; end: number }): Fridge {
  const period = (21 + 8 * noise.unit(1)) * MINUTE;
  const setpoint = 4.6 + 0.6 * noise.unit(2);
  const shift = noise.unit(3) * DEFROST_EVERY;

  const room = (at: number) => 21 + 0.25 * (world.weather.temperature(at - 2 * HOUR) - 18);

  /** Compressor cycle: which share of it has passed, and when it stops. A warm room makes it run longer. */
  function cycle(at: number): { phase: number; duty: number } {
    return { phase: (at / period) % 1, duty: clamp(0.44 + 0.018 * (room(at) - 21), 0.3, 0.7) };
  }

  /** ms since the latest defrost began. */
  const sinceDefrost = (at: number) => (at - shift) % DEFROST_EVERY;

  /** How much a door opening still warms: rises while it stands open, fades afterwards. */
  function warmth(at: number): number {
    const { start, end } = door(at);
    const rise = (time: number) => 2.2 * (1 - Math.exp(-(time - start) / (6 * MINUTE)));
    if (at < start) return 0;
    return at < end ? rise(at) : rise(end) * Math.exp(-(at - end) / (14 * MINUTE));
  }

  function cold(at: number): number {
    const { phase, duty } = cycle(at);
    const saw = phase < duty ? 1 - (2 * phase) / duty : -1 + (2 * (phase - duty)) / (1 - duty);
    const frost = sinceDefrost(at);
    const thaw = frost < DEFROST ? frost / DEFROST : Math.exp(-(frost - DEFROST) / (12 * MINUTE));
    return (
      setpoint +
      0.55 * saw +
      1.1 * thaw * (thaw < 0.01 ? 0 : 1) +
      0.5 * warmth(at) +
      0.06 * noise.wave(at, 5 * MINUTE, 4)
    );
  }

  function mkt(until: number, span: number, step: number): number {
    let sum = 0;
    const samples = Math.round(span / step);
    for (let i = 0; i < samples; i++) sum += Math.exp(-MKT_FACTOR / (cold(until - i * step) + KELVIN));
    return MKT_FACTOR / -Math.log(sum / samples) - KELVIN;
  }

  let day = { slot: -1, value: 0 };
  let month = { slot: -1, value: 0 };
  function means(at: number): { day: number; month: number } {
    const [daySlot, monthSlot] = [Math.floor(at / (30 * MINUTE)), Math.floor(at / (12 * HOUR))];
    if (day.slot !== daySlot) day = { slot: daySlot, value: mkt(daySlot * 30 * MINUTE, DAY, 30 * MINUTE) };
    if (month.slot !== monthSlot) month = { slot: monthSlot, value: mkt(monthSlot * 12 * HOUR, 30 * DAY, 5 * HOUR) };
    return { day: day.value, month: month.value };
  }

  return {
    observe(at) {
      const { phase, duty } = cycle(at);
      const isDefrosting = sinceDefrost(at) < DEFROST;
      const isRunning = !isDefrosting && phase < duty;
      const inside = cold(at);
      const mean = means(at);
      return {
        "compartment.1.zone": "cold",
        "compartment.1.temperature": round(inside, 1),
        "compartment.1.temperature2": round(inside + 0.25 + 0.1 * noise.wave(at, 9 * MINUTE, 5), 1),
        "compartment.1.humidity": round(52 + 5 * noise.wave(at, 50 * MINUTE, 6), 1),
        "compartment.1.mkt24h": round(mean.day, 2),
        "compartment.1.mkt30d": round(mean.month, 2),
        "compartment.1.minutesAbove8in24h": 0,
        "compartment.2.zone": "cool",
        "compartment.2.temperature": round(
          17.6 + 0.12 * (room(at) - 21) + 0.6 * noise.wave(at, 35 * MINUTE, 7) + 0.6 * warmth(at),
          1,
        ),
        "compartment.2.humidity": round(55 + 6 * noise.wave(at, 70 * MINUTE, 8), 1),
        compressorOn: isRunning,
        compressorDuty: round(duty * 100, 0),
        defrostActive: isDefrosting,
        evaporatorTemperature: round(isDefrosting ? 4 : isRunning ? -9 + 2 * noise.wave(at, 4 * MINUTE, 9) : -3, 1),
      };
    },
  };
}
