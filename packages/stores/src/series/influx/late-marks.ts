import { LinliError } from "@linli/model";
import { HOUR } from "../aggregate-query.ts";
import type { SeriesPoint } from "../port.ts";
import { LATE } from "./kept.ts";
import { decodeName, lineName } from "./names.ts";
import { during, type Stretch } from "./queries.ts";
import type { InfluxServer } from "./server.ts";
import { type FieldsLine, type Refused, writeLines } from "./summary-lines.ts";

/** More open marks than this become one: everything again from the oldest hour. */
const MOST_OPEN = 10_000;

/** An hour that got something after it was, or may have been, rolled up. */
export interface LateHour {
  readonly hour: number;
  /** Of this device; absent = of all devices, and every hour after it too. */
  readonly device?: { readonly kind: string; readonly deviceId: string };
  /** Tells this mark from those made before and after it. */
  readonly mark: number;
}

function lineOf({ hour, device }: Omit<LateHour, "mark">, fields: readonly string[]): FieldsLine {
  const tags = device ? `,device=${lineName(device.deviceId)},kind=${lineName(device.kind)}` : "";
  return { prefix: LATE + tags, fields, at: hour };
}

function hourOf(at: number): number {
  return at - (at % HOUR);
}

/**
 * Remembers in the database which hours have to be rolled up again, whoever wrote into them. A mark is due while
 * `marked_at` and `done_at` differ: whoever rolls up writes what it has read of the former into the latter, so that a
 * mark made meanwhile stays due.
 */
export class LateMarks {
  readonly #server: InfluxServer;
  readonly #wallClock: () => number;
  /** Marked since the marks were last read. */
  readonly #open = new Map<string, Omit<LateHour, "mark">>();
  #everythingFrom: number | undefined;
  #lastMark = 0;
  #overBefore: number | undefined;
  #isDue = true;

  constructor(server: InfluxServer, wallClock: () => number) {
    this.#server = server;
    this.#wallClock = wallClock;
  }

  /** Hours before this moment are rolled up, or are being. Until it is said, every hour that is over may be: by somebody else. */
  set overBefore(moment: number) {
    this.#overBefore = moment;
  }

  /** Whether there may be marks that are due. */
  get isDue(): boolean {
    return this.#isDue;
  }

  /** Marks the hours of points that come too late. To be called, and waited for, after they are stored. */
  async note(points: Iterable<Pick<SeriesPoint, "owner" | "at">>): Promise<void> {
    const over = this.#overBefore ?? hourOf(this.#wallClock());
    const late = new Map<string, Omit<LateHour, "mark">>();
    for (const { owner, at } of points) {
      if (at >= over) continue;
      const { kind, deviceId } = owner;
      late.set(`${hourOf(at)} ${kind} ${deviceId}`, { hour: hourOf(at), device: { kind, deviceId } });
    }
    if (late.size === 0) return;
    try {
      await this.#write(this.#collapsed(late));
    } finally {
      // only now: marks that are read while these are on their way may lack them
      this.#isDue = true;
    }
  }

  /** What to mark, for what is late: all of it, or one mark for everything when it is too much. */
  #collapsed(late: ReadonlyMap<string, Omit<LateHour, "mark">>): Omit<LateHour, "mark">[] {
    const oldest = (hours: Iterable<Omit<LateHour, "mark">>) =>
      [...hours].reduce((least, { hour }) => Math.min(least, hour), Infinity);
    if (this.#everythingFrom === undefined) {
      for (const [key, one] of late) this.#open.set(key, one);
      if (this.#open.size <= MOST_OPEN) return [...late.values()];
      this.#everythingFrom = oldest(this.#open.values());
      this.#open.clear();
    }
    this.#everythingFrom = Math.min(this.#everythingFrom, oldest(late.values()));
    return [{ hour: this.#everythingFrom }];
  }

  async #write(hours: readonly Omit<LateHour, "mark">[]): Promise<void> {
    this.#lastMark = Math.max(this.#wallClock(), this.#lastMark + 1);
    const fields = [`marked_at=${this.#lastMark}`, "done_at=0"];
    const noRoom = await this.#refusal(hours.map((one) => lineOf(one, fields)));
    if (noRoom === undefined) return;
    // the server takes no further series: the mark for everything needs none for a device
    const isForAll = hours.every(({ device }) => device === undefined);
    if (isForAll) throw new LinliError("unavailable", `late marks: ${noRoom}`);
    this.#everythingFrom = Math.min(...hours.map(({ hour }) => hour));
    await this.#write([{ hour: this.#everythingFrom }]);
  }

  /** Why the server takes no such lines; of many it is told once. */
  async #refusal(lines: readonly FieldsLine[]): Promise<string | undefined> {
    let reason: string | undefined;
    const refused: Refused = (one) => {
      // what is too old for a mark is too old for what it would mark
      if (/retention policy/i.test(one.reason)) return;
      reason = one.reason;
      throw new LinliError("unavailable", reason);
    };
    try {
      await writeLines(this.#server, "1h", lines, { refused });
    } catch (error) {
      if (reason === undefined) throw error;
    }
    return reason;
  }

  /** The marks that are due, oldest first. */
  async due(stretch: Stretch): Promise<LateHour[]> {
    this.#open.clear();
    this.#everythingFrom = undefined;
    this.#isDue = false;
    const where = `"marked_at" != "done_at" AND ${during(stretch)}`;
    const statement = `SELECT "marked_at" FROM "${LATE}" WHERE ${where} GROUP BY "kind", "device"`;
    try {
      const [answer] = await this.#server.query("1h", statement);
      const marks = (answer?.series ?? []).flatMap(({ tags, values }) => {
        const kind = decodeName(tags?.kind ?? "");
        const deviceId = decodeName(tags?.device ?? "");
        const device = deviceId === "" ? {} : { device: { kind, deviceId } };
        return values.map(([hour, mark]): LateHour => ({ hour: Number(hour), mark: Number(mark), ...device }));
      });
      return marks.toSorted((a, b) => a.hour - b.hour);
    } catch (error) {
      this.#isDue = true;
      throw error;
    }
  }

  /** The hours were rolled up from what was stored after `due` had read these marks. */
  async done(marks: readonly LateHour[]): Promise<void> {
    const lines = marks.map((one) => lineOf(one, [`done_at=${one.mark}`]));
    await writeLines(this.#server, "1h", lines);
  }

  /** Some were left for later, or somebody else may have made some. */
  lookAgain(): void {
    this.#isDue = true;
  }
}
