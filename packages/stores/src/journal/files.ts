import { close, fdatasync, fstat, open, read, watch, write } from "node:fs";
import { mkdir, open as openHandle, readdir, statfs, unlink } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";

/** What the journal needs of a disk; failures reject with the system's error (`code` ENOSPC, EIO, EROFS …). */
export interface JournalFiles {
  /** Makes the folder and those above it, durably. */
  makeFolder(folder: string): Promise<void>;
  /** Names in the folder, in no order; empty when there is no folder. */
  list(folder: string): Promise<string[]>;
  /** A new file, open for writing; rejects with EEXIST when the name is taken. */
  create(path: string): Promise<JournalFile>;
  /** An existing file, for reading; rejects with ENOENT. */
  open(path: string): Promise<JournalFile>;
  remove(path: string): Promise<void>;
  /** Makes created and removed names durable. */
  syncFolder(folder: string): Promise<void>;
  /** Bytes that we may still write on the folder's disk. */
  freeBytes(folder: string): Promise<number>;
  /** Calls when something in the folder was written, made or removed; the result ends that. Throws where it cannot. */
  watch(folder: string, changed: () => void): () => void;
}

export interface JournalFile {
  /** Writes all of `bytes` at `offset`, or rejects; after a rejection any part of it may have been written. */
  write(bytes: Uint8Array, offset: number): Promise<void>;
  /** Resolves when everything written is on the disk. After a rejection nothing is known about what was not synced. */
  sync(): Promise<void>;
  /** Fills `into` from `offset`; fewer bytes only at the end of the file. */
  read(into: Uint8Array, offset: number): Promise<number>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/** The real disk. All calls run on the thread pool. */
export const nodeFiles: JournalFiles = {
  async makeFolder(folder) {
    const made = await mkdir(folder, { recursive: true });
    if (made === undefined) return;
    // A new name is durable when the folder that holds it is synced.
    const first = resolve(made);
    for (let path = resolve(folder); ; path = dirname(path)) {
      await syncPath(dirname(path));
      if (path === first || path === dirname(path)) return;
    }
  },
  async list(folder) {
    try {
      return await readdir(folder);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
  create: async (path) => nodeFile(await openFile(path, "wx", 0o600)),
  open: async (path) => nodeFile(await openFile(path, "r", 0)),
  remove: unlink,
  syncFolder: syncPath,
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
  watch(folder, changed) {
    const watcher = watch(folder, { persistent: false }, changed);
    // A watch that breaks is the same as one that is silent: readers look by themselves from time to time.
    watcher.on("error", () => watcher.close());
    return () => watcher.close();
  },
};

/** True for the system's "no such file or folder". */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

// Bare descriptors: a FileHandle costs several times as much per call, and readers look 50 times a second.
const openFile = promisify<string, string, number, number>(open);
const closeFile = promisify(close);
const syncFile = promisify(fdatasync);
const statFile = promisify(fstat);

function nodeFile(fd: number): JournalFile {
  return {
    async write(bytes, offset) {
      for (let done = 0; done < bytes.length; ) {
        const rest = bytes.subarray(done);
        done += await transfer((call) => write(fd, rest, 0, rest.length, offset + done, call));
      }
    },
    sync: () => syncFile(fd),
    async read(into, offset) {
      let done = 0;
      while (done < into.length) {
        const rest = into.subarray(done);
        const count = await transfer((call) => read(fd, rest, 0, rest.length, offset + done, call));
        done += count;
        if (count === 0) break;
      }
      return done;
    },
    size: async () => (await statFile(fd)).size,
    close: () => closeFile(fd),
  };
}

/** How many bytes one system call moved. */
function transfer(start: (call: (error: Error | null, count: number) => void) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    start((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

async function syncPath(folder: string): Promise<void> {
  const handle = await openHandle(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
