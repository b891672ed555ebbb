import { type FileHandle, mkdir, open, readdir, statfs, unlink } from "node:fs/promises";

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
    const first = await mkdir(folder, { recursive: true });
    if (first === undefined) return;
    // A new folder is durable when its parent is.
    for (let path = folder; path.length >= first.length; path = parentOf(path)) await syncPath(parentOf(path));
  },
  async list(folder) {
    try {
      return await readdir(folder);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
  create: async (path) => nodeFile(await open(path, "wx")),
  open: async (path) => nodeFile(await open(path, "r")),
  remove: unlink,
  syncFolder: syncPath,
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};

/** True for the system's "no such file or folder". */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function nodeFile(handle: FileHandle): JournalFile {
  return {
    async write(bytes, offset) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done);
        done += bytesWritten;
      }
    },
    sync: () => handle.datasync(),
    async read(into, offset) {
      let done = 0;
      while (done < into.length) {
        const { bytesRead } = await handle.read(into, done, into.length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return done;
    },
    size: async () => (await handle.stat()).size,
    close: () => handle.close(),
  };
}

function parentOf(path: string): string {
  const cut = path.replace(/\/+$/, "").lastIndexOf("/");
  return cut < 0 ? "." : path.slice(0, cut) || "/";
}

async function syncPath(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
