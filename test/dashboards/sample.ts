import { checkValue, DEVICE_KINDS, findPoint } from "@linli/model";
import type { HistoryEntry, SeriesOwner, SeriesPoint } from "@linli/stores";
import { bundledNeighbourhood, loadNeighbourhood } from "../../devices-sim/src/app.ts";
import { MODELS } from "../../devices-sim/src/models/index.ts";
import { createWorld } from "../../devices-sim/src/world/world.ts";

const MINUTE = 60_000;
const EVERY = 20 * MINUTE;
/** Two midnights, so that growth by the day has a day before. */
const LASTS = 52 * 60 * MINUTE;

export const SAMPLE_TO = Date.UTC(2026, 5, 3, 12);
export const SAMPLE_FROM = SAMPLE_TO - LASTS;

const neighbourhood = loadNeighbourhood(bundledNeighbourhood(), 1);
const world = createWorld(1, neighbourhood.site);

interface Sampled {
  readonly owner: SeriesOwner;
  readonly model: NonNullable<ReturnType<NonNullable<ReturnType<typeof MODELS.get>>>>;
}

/** Of each kind the first two, and every further one that has a point which none before it has. */
function sampledDevices(): Sampled[] {
  const sampled: Sampled[] = [];
  for (const kind of DEVICE_KINDS.keys()) {
    const seen = new Set<string>();
    let count = 0;
    for (const device of neighbourhood.devices) {
      const model = device.kind === kind ? MODELS.get(kind)?.({ ...device, children: 12 }, world) : undefined;
      if (model === undefined) continue;
      const points = Object.keys(model.observe(SAMPLE_FROM));
      if (count >= 2 && points.every((point) => seen.has(point))) continue;
      for (const point of points) seen.add(point);
      count++;
      const place = { community: "wanghu", compound: "huayuan", building: count % 2 === 0 ? "" : "huayuan-1" };
      sampled.push({ owner: { deviceId: device.id, kind, ...place }, model });
    }
  }
  return sampled;
}

const DEVICES = sampledDevices();

/** What the simulator's devices of every kind observe over two days, batch by batch in order of time. */
export function* sampleBatches(): Generator<SeriesPoint[]> {
  for (let at = SAMPLE_FROM; at <= SAMPLE_TO; at += EVERY) {
    yield DEVICES.flatMap(({ owner, model }) =>
      Object.entries(model.observe(at)).flatMap(([point, told]): SeriesPoint[] => {
        const kind = DEVICE_KINDS.get(owner.kind);
        const declared = kind && findPoint(kind, point);
        const checked = declared && checkValue(declared, told);
        if (!declared || !checked || !("value" in checked)) return [];
        return [{ owner, point, type: declared.type, value: checked.value, at }];
      }),
    );
  }
}

/** Each device away for an hour, and once each event that its kind declares. */
export function sampleHistory(): HistoryEntry[] {
  return DEVICES.flatMap(({ owner }, index): HistoryEntry[] => {
    const away = SAMPLE_FROM + (index + 1) * MINUTE;
    const connection = { owner, measurement: "transition", type: "connection" } as const;
    const events = Object.keys(DEVICE_KINDS.get(owner.kind)?.events ?? {});
    return [
      {
        ...connection,
        id: `${owner.deviceId} offline`,
        state: "offline",
        at: away,
        data: { from: "online", reason: "silent" },
      },
      {
        ...connection,
        id: `${owner.deviceId} online`,
        state: "online",
        at: away + 60 * MINUTE,
        data: { from: "offline", reason: "heard" },
      },
      ...events.map(
        (type, n): HistoryEntry => ({
          id: `${owner.deviceId} ${type}`,
          owner,
          measurement: "event",
          type,
          at: away + n * MINUTE,
          data: {},
        }),
      ),
    ];
  });
}
