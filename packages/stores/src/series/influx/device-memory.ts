import type { PointValue } from "@linli/model";
import type { ColumnsOfKind, PointColumns } from "./columns-of-kind.ts";
import type { Line } from "./line.ts";

/** What was last written of one series. */
export interface SeriesMemory {
  readonly device: DeviceMemory;
  readonly columns: PointColumns;
  /** -1 = nothing yet. */
  newestAt: number;
  newest: PointValue;
  faulty: boolean;
  /** The newest moment at which a companion may stand; -1 = none. */
  companionAt: number;
}

/** What was last written of one device, by point. */
export class DeviceMemory {
  readonly deviceId: string;
  readonly columns: ColumnsOfKind;
  readonly series = new Map<string, SeriesMemory>();
  /** Something of it is in the database. */
  isStored = false;
  /** Its lines in the batch that is being sorted, by moment. */
  lines: Map<number, Line> | undefined;

  constructor(deviceId: string, columns: ColumnsOfKind) {
    this.deviceId = deviceId;
    this.columns = columns;
  }
}

/** A fleet of 50,000 devices of 20 points. */
const MOST_SERIES = 1_000_000;

/** What was last written, of every device: instead of looking into the database before each write. */
export class FleetMemory {
  readonly #devices = new Map<string, DeviceMemory>();
  #count = 0;

  device(deviceId: string, columns: ColumnsOfKind): DeviceMemory {
    const known = this.#devices.get(deviceId);
    if (known?.columns === columns) return known;
    const device = new DeviceMemory(deviceId, columns);
    this.#devices.set(deviceId, device);
    return device;
  }

  /** `undefined` when the kind can take no further point of that name. */
  series(device: DeviceMemory, point: string): SeriesMemory | undefined {
    const known = device.series.get(point);
    if (known !== undefined) return known;
    const columns = device.columns.of(point);
    if (columns === undefined) return undefined;
    const series: SeriesMemory = { device, columns, newestAt: -1, newest: 0, faulty: false, companionAt: -1 };
    device.series.set(point, series);
    this.#count++;
    return series;
  }

  /**
   * Between two batches. Starts anew when it has grown too large, but for when companions were written: a conflict
   * uncounted is nothing, a companion left standing is.
   */
  trim(): void {
    if (this.#count < MOST_SERIES) return;
    for (const { series } of this.#devices.values()) {
      for (const { columns, companionAt } of series.values()) {
        columns.companionsUpTo = Math.max(columns.companionsUpTo, companionAt);
      }
      series.clear();
    }
    this.#count = 0;
  }
}
