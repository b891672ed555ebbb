import type { Grant, Who } from "@linli/model";
import type { Author } from "@linli/stores";

/** Who is calling, and by what right. */
export interface Identity {
  readonly id: string;
  readonly type: "person" | "token" | "device";
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly language: "zh-CN" | "en";
  readonly expiresAt: number | null;
  /** The session it came by, when it is a browser's. */
  readonly sessionId: string | null;
  /** The person who answers for it: the person, or whoever made the token. */
  readonly answerable: string;
}

/** What the audit log says of a caller. */
export function authorOf(who: Identity, address: string, at: number): Author {
  return { id: who.id, type: who.type === "person" ? "person" : "token", address, at };
}

export function whoOf(who: Identity): Who {
  return {
    id: who.id,
    name: who.name,
    type: who.type === "person" ? "person" : "token",
    grants: [...who.grants],
    language: who.language,
    expiresAt: who.expiresAt,
  };
}
