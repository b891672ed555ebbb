import type { ArchiveProgress } from "./loop.ts";
import type { ArchiveMeasures } from "./measures.ts";

/** From the process to the archive's thread. */
export type ToArchive = { readonly type: "stop" } | { readonly type: "hurry" };

/** From the archive's thread to the process. */
export interface FromArchive {
  readonly type: "progress";
  readonly progress: ArchiveProgress;
  /** What happened since the message before. */
  readonly measures: ArchiveMeasures;
}
