import { type Clock, localClient, socketPath, type TrimCall } from "@linli/runtime";
import { comparePositions } from "@linli/stores";
import type { Consumers } from "./health.ts";

const EVERY_MS = 10_000;

/**
 * Tells the broker, which owns the journal, what both consumers have committed: segments before that may be deleted once
 * they are old enough. A hint only; without it the journal keeps more. The result stops it.
 */
export function startTrimHints(deps: { dataDir: string; clock: Clock; consumers: Consumers }): () => void {
  const { watch, archive } = deps.consumers;
  const broker = localClient(socketPath(deps.dataDir, "broker"));
  const cancel = deps.clock.every(EVERY_MS, () => {
    const archived = archive.progress?.position;
    if (archived === undefined) return;
    const watched = watch.progress.committed.position;
    const before = comparePositions(archived, watched) < 0 ? archived : watched;
    if (before === "") return;
    broker.call("trim", { before } satisfies TrimCall).catch(() => {
      // not there now: the next hint says the same and more
    });
  });
  return () => {
    cancel();
    broker.close();
  };
}
