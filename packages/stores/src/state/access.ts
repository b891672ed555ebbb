import type { Grant, Person } from "@linli/model";
import type { Author } from "./author.ts";
import type { Page, PageRequest } from "./page.ts";

export interface Session {
  readonly id: string;
  readonly personId: string;
  readonly hash: Uint8Array;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly userAgent: string;
}

/** A program's right to speak for somebody or for itself; the secret itself is never stored. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly hash: Uint8Array;
  readonly grants: readonly Grant[];
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

export interface AuditEntry {
  readonly seq: number;
  readonly at: number;
  readonly authorId: string;
  readonly authorType: Author["type"];
  readonly address: string | null;
  /** `device.create`, `credential.revoke`, `login.failed`, `acl.denied` … */
  readonly action: string;
  readonly target: string;
  /** What changed, or the reason it was refused; JSON, no secrets. */
  readonly detail: unknown;
}

export interface AuditFilter {
  readonly action?: string;
  readonly target?: string;
  readonly authorId?: string;
  readonly from?: number;
  readonly to?: number;
}

export interface AccessStore {
  people(): Promise<readonly Person[]>;
  person(id: string): Promise<Person | undefined>;
  putPerson(person: Person, author: Author): Promise<void>;
  /** PHC-style text, such as `scrypt$…`. Ends the person's sessions. */
  setPassword(personId: string, passwordHash: string, author: Author): Promise<void>;
  passwordHash(personId: string): Promise<string | undefined>;

  createSession(session: Session): Promise<void>;
  sessionByHash(hash: Uint8Array): Promise<Session | undefined>;
  endSession(id: string): Promise<void>;
  /** Sign-out everywhere. */
  endSessions(personId: string): Promise<void>;

  tokens(): Promise<readonly ApiToken[]>;
  tokenByHash(hash: Uint8Array): Promise<ApiToken | undefined>;
  createToken(token: ApiToken, author: Author): Promise<void>;
  revokeToken(id: string, author: Author): Promise<void>;

  /** Appends a line that belongs to no other change: refused logins, denied topics. */
  recordAudit(author: Author, action: string, target: string, detail: unknown): Promise<void>;
  audit(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
}
