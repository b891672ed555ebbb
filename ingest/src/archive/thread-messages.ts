import type { ArchiveProgress } from "./loop.ts";

/** From the process to the archive's thread. */
export type ToArchive = { readonly type: "stop" } | { readonly type: "hurry" };

/** From the archive's thread to the process. */
export type FromArchive = { readonly type: "progress"; readonly progress: ArchiveProgress };
