import { randomUUID } from "node:crypto";
import { days, LinliError, minutes, seconds } from "@linli/model";
import { type Clock, hashPassword, hashToken, newToken, verifyPassword } from "@linli/runtime";
import type { AccessStore } from "@linli/stores";
import { ApiError } from "../errors/api-error.ts";
import { BackOff } from "./back-off.ts";
import type { Denials } from "./denials.ts";

export const SESSION_LIFE = days(7);
/** Each check takes 32 MB for a moment. */
const MOST_AT_A_TIME = 4;
const MOST_WAITING = 64;

export interface Visitor {
  readonly address: string;
  readonly userAgent: string;
}

/** Checks passwords, slows guessers down and opens sessions. */
export class SignIn {
  readonly #access: AccessStore;
  readonly #clock: Clock;
  readonly #denials: Denials;
  readonly #byAccount: BackOff;
  readonly #byAddress: BackOff;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  /** Checked for people who are not there, so that the answer takes as long as for those who are. */
  #decoy: Promise<string> | undefined;

  constructor(access: AccessStore, clock: Clock, denials: Denials) {
    this.#access = access;
    this.#clock = clock;
    this.#denials = denials;
    const shared = { firstMs: seconds(1), mostMs: minutes(15), maxKeys: 10_000 };
    this.#byAccount = new BackOff(clock, { ...shared, free: 5 });
    this.#byAddress = new BackOff(clock, { ...shared, free: 50 });
  }

  /** Opens a session and returns its secret and id. Fails with `unauthenticated`, or `rate-limited` after failures. */
  async open(name: string, password: string, visitor: Visitor): Promise<{ secret: string; personId: string }> {
    const account = JSON.stringify([name, visitor.address]);
    this.#assertNotBlocked(account, visitor.address);
    if (!(await this.check(name, password))) {
      this.#byAccount.fail(account);
      this.#byAddress.fail(visitor.address);
      const author = {
        id: name.slice(0, 100),
        type: "person",
        address: visitor.address,
        at: this.#clock.now(),
      } as const;
      await this.#denials.record(author, "login.failed", name.slice(0, 100), { userAgent: visitor.userAgent });
      throw new LinliError("unauthenticated", "name or password is wrong");
    }
    this.#byAccount.forget(account);
    const secret = newToken();
    const createdAt = this.#clock.now();
    const expiresAt = createdAt + SESSION_LIFE;
    const { userAgent } = visitor;
    const hash = hashToken(secret);
    await this.#access.createSession({ id: randomUUID(), personId: name, hash, createdAt, expiresAt, userAgent });
    return { secret, personId: name };
  }

  /** Makes sure that somebody signed in knows the password; slowed down as signing in is. */
  async confirm(personId: string, password: string, address: string): Promise<void> {
    const account = JSON.stringify([personId, address]);
    this.#assertNotBlocked(account, address);
    if (await this.check(personId, password)) return;
    this.#byAccount.fail(account);
    throw new LinliError("forbidden", "the current password is wrong");
  }

  /** Whether this is the password of a person who may sign in. */
  async check(personId: string, password: string): Promise<boolean> {
    await this.#enter();
    try {
      const person = await this.#access.person(personId);
      const stored = person?.disabledAt === null ? await this.#access.passwordHash(personId) : undefined;
      this.#decoy ??= hashPassword(newToken());
      const matches = await verifyPassword(password, stored ?? (await this.#decoy));
      return matches && stored !== undefined;
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  #assertNotBlocked(account: string, address: string): void {
    const retryAfterMs = Math.max(this.#byAccount.waitMs(account), this.#byAddress.waitMs(address));
    if (retryAfterMs > 0)
      throw new ApiError("rate-limited", "too many failed sign-ins: wait a little", { retryAfterMs });
  }

  async #enter(): Promise<void> {
    if (this.#running >= MOST_AT_A_TIME) {
      if (this.#waiting.length >= MOST_WAITING) throw new LinliError("unavailable", "too many sign-ins at a time");
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
  }
}
