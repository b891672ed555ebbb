import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { Clock, Logger } from "@linli/runtime";
import type { AccessStore, RegistryChanges, RegistryView } from "@linli/stores";
import { decide } from "./acl.ts";
import type { CommandDelivery } from "./command-delivery.ts";
import { principalKey } from "./principal.ts";
import type { Session } from "./session.ts";
import type { SessionMemory } from "./session-memory.ts";
import { endSession, type Sessions } from "./sessions.ts";
import type { StateTopics } from "./state-topics.ts";

/** Each asks the store for a device's commands; messages get their turn in between. */
const LOOKS_AT_ONCE = 200;

export interface FollowerParts {
  readonly registry: RegistryView;
  readonly access: Pick<AccessStore, "tokens">;
  readonly sessions: Sessions;
  readonly memory: SessionMemory;
  readonly commands: CommandDelivery;
  readonly states: StateTopics;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Keeps what was granted true: a session whose credential was revoked or has run out, whose device was retired, or that
 * follows commands of a device that is no longer its own ends within a second, and nothing of it is remembered.
 */
export class RegistryFollower {
  readonly #parts: FollowerParts;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  /** API tokens changed and the sessions that came by them have not been looked at yet. */
  #tokensDue = false;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** To be called five times a second; a look that is under way counts. */
  follow(): Promise<void> {
    this.#running ??= this.#look().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** A look that begins after this call; all who ask meanwhile share one. */
  catchUp(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (!this.#next) {
      this.#next = promise;
      void (this.#running ?? Promise.resolve()).then(() => {
        this.#next = undefined;
        void this.follow().then(resolve);
      });
    }
    return this.#next;
  }

  async #look(): Promise<void> {
    try {
      const changes = await this.#parts.registry.refresh();
      // each change is told once: whatever may fail comes after what must not be lost, and is tried again
      this.#tokensDue ||= changes.reset || changes.tokens.size > 0;
      this.#applyDevices(changes);
      this.#endExpired();
      await this.#applyCommands(changes);
      if (this.#tokensDue) await this.#applyTokens();
    } catch (error) {
      this.#parts.log.warn({ err: error }, "changes cannot be read");
    }
  }

  #applyDevices(changes: RegistryChanges): void {
    const { registry, states } = this.#parts;
    for (const session of this.#concerned(changes)) if (!this.#stillHolds(session)) this.#revoke(session);
    for (const id of changes.devices) if (!registry.device(id)) states.clear(id);
  }

  /** Whose rights the changes may have touched: their own, or those over a device whose commands they follow. */
  #concerned({ devices, places, changes, reset }: RegistryChanges): Set<Session> {
    const { sessions } = this.#parts;
    if (reset || places.size > 0) return new Set(sessions.all());
    const touched = new Set(devices);
    for (const { topic, data } of changes)
      if (topic === "credential") touched.add((data as { deviceId: string }).deviceId);
    const found = new Set<Session>();
    for (const id of touched) {
      for (const session of sessions.of(`device:${id}`)) found.add(session);
      for (const session of sessions.following(id)) found.add(session);
    }
    return found;
  }

  /** The session's own credential, taken over with its present end, and every filter it holds. */
  #stillHolds(session: Session): boolean {
    const { principal, filters } = session;
    if (!principal) return false;
    const { registry } = this.#parts;
    if (principal.type === "device") {
      const credential = registry.credential(principal.credentialId);
      if (!credential || !registry.device(principal.id)) return false;
      session.expiresAt = credential.expiresAt;
    }
    for (const filter of filters) if (decide(registry, principal, "subscribe", filter) !== "allowed") return false;
    return true;
  }

  async #applyCommands({ changes, reset }: RegistryChanges): Promise<void> {
    const { commands, sessions } = this.#parts;
    const touched = new Set<string>(reset ? sessions.followedDevices() : []);
    for (const { topic, data } of changes) {
      if (topic !== "command") continue;
      const { deviceId, state } = data as { deviceId: string; state: string };
      if (state === "pending" || state === "cancelled") touched.add(deviceId);
    }
    let looked = 0;
    for (const deviceId of touched) {
      commands.changed(deviceId);
      if (++looked % LOOKS_AT_ONCE === 0) await yieldToOthers();
    }
  }

  async #applyTokens(): Promise<void> {
    const stored = new Map((await this.#parts.access.tokens()).map((token) => [token.id, token]));
    for (const session of [...this.#parts.sessions.all()]) {
      const { principal } = session;
      if (principal?.type !== "integrator" || principal.id === "bootstrap") continue;
      const token = stored.get(principal.id);
      if (!token || token.revokedAt !== null) this.#revoke(session);
      else session.expiresAt = token.expiresAt;
    }
    this.#tokensDue = false;
  }

  #endExpired(): void {
    const now = this.#parts.clock.now();
    const over: Session[] = [];
    for (const session of this.#parts.sessions.all()) {
      if (session.expiresAt !== null && session.expiresAt <= now) over.push(session);
    }
    for (const session of over) this.#revoke(session);
  }

  #revoke(session: Session): void {
    const { memory, log } = this.#parts;
    log.info({ who: session.principal?.id, address: session.address }, "session ended: its rights are gone");
    endSession(session, "revoked");
    if (session.principal) memory.purge(principalKey(session.principal));
  }
}
