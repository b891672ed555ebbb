import type { Command } from "@linli/model";
import type { Author } from "./author.ts";
import type { Page, PageRequest } from "./page.ts";

export interface CommandStore {
  create(command: Pick<Command, "id" | "deviceId" | "name" | "args" | "expiresAt">, author: Author): Promise<Command>;
  command(id: string): Promise<Command | undefined>;
  list(deviceId: string, page: PageRequest): Promise<Page<Command>>;
  /** Pending or sent, not expired at `now`, in the order of creation: what a device gets when it (re)connects. */
  undelivered(now: number, deviceId?: string): Promise<readonly Command[]>;
  markSent(ids: readonly string[], at: number): Promise<void>;
  /** The device's own answer; false when the command is not this device's or was answered already. */
  answer(id: string, deviceId: string, ok: boolean, detail: string | null, at: number): Promise<boolean>;
  cancel(id: string, author: Author): Promise<void>;
  /** Marks what expired; returns how many. */
  expire(now: number): Promise<number>;
}
