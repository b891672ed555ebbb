import { DEVICE_KINDS, newDeviceSchema } from "@linli/model";
import { sleep, systemClock } from "@linli/runtime";
import {
  createMemoryJournal,
  createMemorySeries,
  type JournalEntry,
  openMemoryState,
  RegistryView,
  type SeriesWriter,
  type StateStore,
} from "@linli/stores";
import { Archive, type ArchiveDeps } from "../archive/loop.ts";
import { type Pace, paceOf } from "../archive/pace.ts";
import { limits } from "./context.ts";

const AUTHOR = { id: "test", type: "system", at: 0 } as const;

/** That of the embedded store. */
export const embeddedPace: Pace = paceOf({
  LINLI_SERIES: "sqlite",
  LINLI_SERIES_BATCH: 1,
  LINLI_SERIES_CONNECTIONS: 1,
  LINLI_SERIES_FLUSH: 1,
});

/** Looks until it holds; the test's time-out ends it otherwise. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(systemClock, 5);
}

/** Archives over stores in memory, one at a time, that go on where the one before it had committed. */
export class ArchiveHarness {
  readonly state: StateStore;
  readonly journal = createMemoryJournal();
  readonly series = createMemorySeries();
  private running: { readonly archive: Archive; readonly ended: Promise<void> } | undefined;

  private constructor(state: StateStore) {
    this.state = state;
  }

  /** With the device `s1`. */
  static async open(): Promise<ArchiveHarness> {
    const state = await openMemoryState();
    await state.registry.putPlace({ id: "sub", level: "subdistrict", parentId: null, name: "S", order: 0 }, AUTHOR);
    const harness = new ArchiveHarness(state);
    await harness.addDevice("s1");
    return harness;
  }

  async addDevice(id: string, kind = "environment-sensor"): Promise<void> {
    const device = { id, kind, name: id, placeId: "sub" };
    await this.state.registry.createDevice(newDeviceSchema.parse(device), AUTHOR);
  }

  /** Resolves when all are in the journal. */
  async append(...entries: readonly JournalEntry[]): Promise<void> {
    for (const each of entries) this.journal.writer.append(each, () => undefined);
    await this.journal.writer.flush();
  }

  async start(series: SeriesWriter = this.series.writer, more: Partial<ArchiveDeps> = {}): Promise<Archive> {
    const registry = await RegistryView.load(this.state);
    const stores = { journal: this.journal.reader(), series, store: this.state.archive, registry };
    const common = { kinds: DEVICE_KINDS, limits, clock: systemClock, pace: embeddedPace, random: () => 0 };
    const archive = new Archive({ ...stores, ...common, ...more });
    this.running = { archive, ended: archive.run() };
    // a test that expects it to fail awaits `ended`
    this.running.ended.catch(() => undefined);
    return archive;
  }

  /** The series store, but for these calls. */
  instead(calls: Partial<SeriesWriter>): SeriesWriter {
    const { writer } = this.series;
    return {
      write: (batch) => writer.write(batch),
      maintain: (now, budgetMs) => writer.maintain(now, budgetMs),
      close: () => writer.close(),
      ...calls,
    };
  }

  get ended(): Promise<void> | undefined {
    return this.running?.ended;
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    running?.archive.stop();
    await running?.ended;
  }

  /** Resolves when everything that was appended is committed. */
  async drained(archive: Archive): Promise<void> {
    const { sequence } = await this.journal.reader().end();
    await until(() => {
      archive.hurry();
      return archive.progress.sequence >= sequence;
    });
  }

  async close(): Promise<void> {
    await this.stop().catch(() => undefined);
    await this.state.close();
  }
}
