import { join } from "node:path";
import { DEVICE_KINDS } from "@linli/model";
import {
  type App,
  type Deps,
  type LocalServer,
  openDataDir,
  type Settings,
  serveLocal,
  socketPath,
} from "@linli/runtime";
import {
  type JournalReader,
  openSegmentJournalReader,
  openSqliteState,
  RegistryView,
  type StateStore,
} from "@linli/stores";
import { type ArchiveThread, startArchiveThread } from "./archive/archive-thread.ts";
import { createCalls } from "./calls.ts";
import { type Consumers, Health } from "./health.ts";
import { interpretLimits } from "./limits.ts";
import { type Live, startLive } from "./live.ts";
import { shipRules } from "./ship-rules.ts";
import { siteOf } from "./site.ts";
import { WatchLoop } from "./watch/loop.ts";

export { interpretLimits } from "./limits.ts";
export { siteOf } from "./site.ts";
export { type WatchDeps, WatchLoop } from "./watch/loop.ts";
export { readRuleBook } from "./watch/read-rule-book.ts";
export { NO_RULES } from "./watch/rule-book.ts";
export { Watch } from "./watch/step.ts";

const STOP_WITHIN_MS = 4_500;

interface Running {
  readonly journals: readonly JournalReader[];
  readonly state: StateStore;
  readonly watch: WatchLoop;
  readonly archive: ArchiveThread;
  readonly live: Live;
  readonly watching: Promise<void>;
  readonly stopLooking: () => void;
}

/**
 * ingest reads the journal twice: watch, here, decides what is true; archive, in a thread of its own, writes what was
 * said. A failure that waiting does not cure ends the process; it is started again and goes on where it had committed.
 */
export function create(settings: Settings, deps: Deps): App {
  const { clock } = deps;
  const dir = settings.LINLI_DATA_DIR;
  let server: LocalServer | undefined;
  let running: Running | undefined;
  let stopping = false;

  function fail(error: Error): void {
    if (stopping) return;
    queueMicrotask(() => {
      throw error;
    });
  }

  async function open(health: Health): Promise<Running> {
    const journalDir = join(dir, "journal");
    const file = join(dir, "state.db");
    const state = await openSqliteState({ file });
    await shipRules(state.rules, deps);
    const registry = await RegistryView.load(state);
    const [journal, endOfJournal] = await Promise.all([
      openSegmentJournalReader({ dir: journalDir }),
      openSegmentJournalReader({ dir: journalDir }),
    ]);
    const live = startLive({
      dataDir: dir,
      clock,
      states: (ids) => running?.watch.states(ids) ?? [],
      allIds: () => running?.watch.deviceIds() ?? [],
    });
    const watch = await WatchLoop.open({
      journal,
      state,
      registry,
      kinds: DEVICE_KINDS,
      limits: interpretLimits(settings),
      site: siteOf(settings),
      clock,
      changed: live.changed,
      brokerStarted: live.brokerStarted,
      quarantined: (damage) => health.quarantined(damage),
      decided: (transitions) => health.decided(transitions),
    });
    const measured = health.archiveMeasured;
    const archive = startArchiveThread({ settings, clock, failed: fail, measured });
    const consumers: Consumers = { watch, archive, journal: endOfJournal };
    const stopLooking = health.follow(consumers);
    return { journals: [journal, endOfJournal], state, watch, archive, live, watching: watch.run(), stopLooking };
  }

  return {
    async start() {
      await openDataDir(dir);
      const health = new Health(deps);
      server = await serveLocal(
        socketPath(dir, "ingest"),
        createCalls(health, () => running?.watch, clock),
      );
      running = await open(health);
      running.watching.catch(fail);
      await running.archive.ready;
    },
    async stop() {
      if (stopping) return;
      stopping = true;
      if (running !== undefined) {
        const { watch, watching, archive, live, stopLooking, journals, state } = running;
        stopLooking();
        live.stop();
        watch.stop();
        await Promise.all([watching, archive.stop(STOP_WITHIN_MS)]);
        await Promise.all(journals.map((journal) => journal.close()));
        await state.close();
      }
      await server?.close();
    },
  };
}
