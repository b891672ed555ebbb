import type { JournalFile, JournalFiles } from "./files.ts";

const SECTOR = 512;

export type DiskCall = "list" | "create" | "open" | "remove" | "write" | "sync" | "syncFolder" | "read";

/** What a call meets: the system's error code; for a write, how many of its bytes reach the file nevertheless. */
export interface DiskFault {
  readonly code: string;
  readonly written?: number;
}

/** The bytes of a file that a read or write is about. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

interface Node {
  bytes: Buffer;
  /** The content that survives a power loss for certain. */
  durable: Buffer;
  /** Written since, in order. */
  unsynced: { readonly offset: number; readonly bytes: Buffer }[];
}

/** A disk in memory, for tests, that forgets what was not synced and fails on demand. */
export class SimulatedDisk implements JournalFiles {
  /** Asked before every call; an answer makes it fail. */
  fault: (call: DiskCall, path: string, range?: ByteRange) => DiskFault | undefined = () => undefined;
  free = Number.MAX_SAFE_INTEGER;
  #nodes = new Map<string, Node>();
  #durableNames = new Map<string, Node>();
  #watchers = new Set<() => void>();
  #boot = 0;

  async makeFolder(): Promise<void> {}

  async list(folder: string): Promise<string[]> {
    this.#meet("list", folder);
    const prefix = `${folder}/`;
    return [...this.#nodes.keys()].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  }

  async create(path: string): Promise<JournalFile> {
    this.#meet("create", path);
    if (this.#nodes.has(path)) throw systemError("EEXIST", path);
    const node: Node = { bytes: Buffer.alloc(0), durable: Buffer.alloc(0), unsynced: [] };
    this.#nodes.set(path, node);
    this.#notify();
    return this.#file(path, node);
  }

  async open(path: string): Promise<JournalFile> {
    this.#meet("open", path);
    const node = this.#nodes.get(path);
    if (node === undefined) throw systemError("ENOENT", path);
    return this.#file(path, node);
  }

  async remove(path: string): Promise<void> {
    this.#meet("remove", path);
    if (!this.#nodes.delete(path)) throw systemError("ENOENT", path);
    this.#notify();
  }

  async syncFolder(folder: string): Promise<void> {
    this.#meet("syncFolder", folder);
    this.#durableNames = new Map(this.#nodes);
  }

  async freeBytes(): Promise<number> {
    return this.free;
  }

  watch(_folder: string, changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /**
   * Power goes and comes back: names that were not synced are gone, and of what was written since a file's last sync
   * `survives` decides by sector. Open files are dead.
   */
  losePower(survives: () => boolean): void {
    this.#boot++;
    this.#nodes = new Map(this.#durableNames);
    for (const node of this.#nodes.values()) {
      let bytes: Buffer = Buffer.from(node.durable);
      for (const write of node.unsynced) {
        for (let at = 0; at < write.bytes.length; at += SECTOR) {
          if (survives()) bytes = place(bytes, write.bytes.subarray(at, at + SECTOR), write.offset + at);
        }
      }
      node.bytes = bytes;
      node.durable = Buffer.from(bytes);
      node.unsynced = [];
    }
  }

  /** The process is killed: what it wrote stays, its open files are dead. */
  kill(): void {
    this.#boot++;
  }

  /** Paths of all files, in order. */
  paths(): string[] {
    return [...this.#nodes.keys()].sort();
  }

  bytesOf(path: string): Buffer {
    const node = this.#nodes.get(path);
    if (node === undefined) throw systemError("ENOENT", path);
    return Buffer.from(node.bytes);
  }

  /** Puts other content in a file's place, as a failing disk or a person would. */
  replace(path: string, bytes: Uint8Array): void {
    const content = Buffer.from(bytes);
    const node = { bytes: content, durable: Buffer.from(content), unsynced: [] };
    this.#nodes.set(path, node);
    this.#durableNames.set(path, node);
  }

  #file(path: string, node: Node): JournalFile {
    const boot = this.#boot;
    const meet = (call: DiskCall, range?: ByteRange) => {
      if (boot !== this.#boot) throw systemError("EBADF", path);
      this.#meet(call, path, range);
    };
    const write = (bytes: Uint8Array, offset: number) => {
      node.unsynced.push({ offset, bytes: Buffer.from(bytes) });
      node.bytes = place(node.bytes, bytes, offset);
      this.#notify();
    };
    return {
      write: async (bytes, offset) => {
        if (boot !== this.#boot) throw systemError("EBADF", path);
        const fault = this.fault("write", path, { from: offset, to: offset + bytes.length });
        write(bytes.subarray(0, fault === undefined ? bytes.length : (fault.written ?? 0)), offset);
        if (fault !== undefined) throw systemError(fault.code, path);
      },
      sync: async () => {
        meet("sync");
        node.durable = Buffer.from(node.bytes);
        node.unsynced = [];
      },
      read: async (into, offset) => {
        meet("read", { from: offset, to: offset + into.length });
        return node.bytes.copy(into, 0, Math.min(offset, node.bytes.length));
      },
      size: async () => node.bytes.length,
      close: async () => {},
    };
  }

  #meet(call: DiskCall, path: string, range?: ByteRange): void {
    const fault = this.fault(call, path, range);
    if (fault !== undefined) throw systemError(fault.code, path);
  }

  #notify(): void {
    for (const changed of this.#watchers) changed();
  }
}

function place(content: Buffer, bytes: Uint8Array, offset: number): Buffer {
  const end = offset + bytes.length;
  const result =
    end > content.length ? Buffer.concat([content, Buffer.alloc(end - content.length)]) : Buffer.from(content);
  result.set(bytes, offset);
  return result;
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
