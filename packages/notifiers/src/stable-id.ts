import { createHash } from "node:crypto";

/** A short name for a message that is the same whenever it is sent again: hex digits of its key's SHA-256. */
export function stableId(key: string, length = 32): string {
  return createHash("sha256").update(key).digest("hex").slice(0, length);
}
