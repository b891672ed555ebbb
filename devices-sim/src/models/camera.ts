import type { World } from "../world/world.ts";
import { clamp, DAY, type DeviceInfo, type DeviceModel, HOUR, MINUTE, round, SECOND, type Values } from "./model.ts";
import { createVitals } from "./vitals.ts";

const RECORDER_DAYS = 33;

/** Stream, recorder and picture of a camera; it counts people and knows nobody. */
export function camera(device: DeviceInfo, world: World): DeviceModel {
  const noise = world.noise(device.id);
  const vitals = createVitals(device, world, { firmware: ["V5.7.15", "V5.7.3", "V5.5.800"] });
  const isIndoor = device.tags.setting === "indoor" || device.tags.setting === "garage";
  const lines = noise.pick([1080, 1080, 1440, 2160], 1);
  const nominal = lines === 2160 ? 5_600 : lines === 1440 ? 4_000 : 2_600;
  const rate = noise.pick([25, 25, 20], 2);
  const crowd = 0.5 + 3 * noise.unit(3) ** 2;

  /** Outdoors the cut filter follows the light; garages are never dark. */
  const isDark = (at: number) => !isIndoor && world.weather.illuminance(at) < 12;

  function people(at: number): number {
    const busy = world.people.about.rate(at) * crowd;
    return Math.floor(busy * (0.4 + 1.6 * noise.unit(Math.floor(at / MINUTE), 4)));
  }

  function observe(at: number): Values {
    const dark = isDark(at);
    const count = people(at);
    // infra-red pictures are grey and quiet: fewer bits; movement costs bits
    const bits = nominal * (dark ? 0.62 : 0.85) * (1 + 0.04 * count + 0.12 * noise.wave(at, 4 * MINUTE, 5));
    const drift = 0.08 + 0.4 * noise.unit(6);
    return {
      ...vitals.observe(at),
      on: true,
      streamState: "live",
      frameRate: round(rate - Math.max(0, 1.6 * noise.wave(at, 3 * MINUTE, 7) - 0.6), 1),
      bitrate: Math.round(bits),
      resolution: lines,
      latency: Math.round(140 + 60 * noise.unit(8) + 35 * noise.wave(at, 2 * MINUTE, 9)),
      recording: true,
      storageHealth: "ok",
      // a ring: always nearly full
      storageFree: round(11.5 + 1.2 * noise.wave(at, 6 * HOUR, 10), 1),
      oldestRecordingAt: Math.floor((at - (RECORDER_DAYS + 4 * noise.unit(11)) * DAY) / HOUR) * HOUR,
      imageBlurry: false,
      imageDark: false,
      imageBright: false,
      sceneChanged: false,
      signalLoss: false,
      storageFailure: false,
      fanFailure: false,
      powerSupplyFailure: false,
      temperatureCritical: false,
      irOn: dark,
      housingTemperature: round(
        (isIndoor ? 20 : world.weather.temperature(at)) + 9 + (dark ? 4 : 0) + noise.wave(at, 30 * MINUTE, 12),
        1,
      ),
      cpuUsage: round(clamp(34 + 3 * count + 9 * noise.wave(at, 10 * MINUTE, 13), 5, 95), 0),
      // set right by the time server once a day, off by a little until then
      clockOffset: round(drift * world.local.hour(at) * (1 / 24) - drift / 2, 2),
      authFailedCount: Math.floor(Math.max(0, at - vitals.installed) / (41 * DAY)),
      peopleCount: count,
      occupancy: Math.floor(count * 0.6),
    };
  }

  return {
    every: MINUTE,
    observe,
    eventsBetween: () => [],
    nextChange: () => Infinity,
    obey(name, args, at) {
      if (name === "gotoPreset") return { ok: false, detail: "this camera does not turn" };
      if (name === "requestSnapshot") return { ok: true, detail: "taken; fetch it from the recorder" };
      if (name === "syncTime") {
        const bend = (values: Values) => {
          values.clockOffset = 0;
        };
        return { ok: true, effect: { name: "clock", from: at, until: at + DAY, bend } };
      }
      if (name !== "setIr") return undefined;
      if (args.mode === "auto") return { ok: true, clears: "ir" };
      const until = typeof args.until === "number" ? args.until : at + 30 * SECOND;
      const bend = (values: Values) => {
        values.irOn = args.mode === "on";
      };
      return { ok: true, effect: { name: "ir", from: at, until, bend } };
    },
  };
}
