import { principalKey } from "./principal.ts";
import type { EndReason, Session } from "./session.ts";

function addTo<K>(index: Map<K, Set<Session>>, key: K, session: Session): void {
  const found = index.get(key);
  if (found) found.add(session);
  else index.set(key, new Set([session]));
}

function removeFrom<K>(index: Map<K, Set<Session>>, key: K, session: Session): void {
  const found = index.get(key);
  found?.delete(session);
  if (found?.size === 0) index.delete(key);
}

/** The open sessions, by who they are and by whose commands they follow. */
export class Sessions {
  readonly #all = new Set<Session>();
  readonly #byPrincipal = new Map<string, Set<Session>>();
  readonly #byCommandDevice = new Map<string, Set<Session>>();

  get size(): number {
    return this.#all.size;
  }

  all(): Iterable<Session> {
    return this.#all;
  }

  of(key: string): Iterable<Session> {
    return this.#byPrincipal.get(key) ?? [];
  }

  following(deviceId: string): Iterable<Session> {
    return this.#byCommandDevice.get(deviceId) ?? [];
  }

  followedDevices(): Iterable<string> {
    return this.#byCommandDevice.keys();
  }

  /** The session that a new one with the same client id pushes out. */
  holding(clientKey: string, key: string): Session | undefined {
    for (const session of this.of(key)) if (session.client.id === clientKey) return session;
    return undefined;
  }

  add(session: Session): void {
    this.#all.add(session);
    if (session.principal) addTo(this.#byPrincipal, principalKey(session.principal), session);
  }

  remove(session: Session): void {
    this.#all.delete(session);
    if (session.principal) removeFrom(this.#byPrincipal, principalKey(session.principal), session);
    for (const deviceId of session.commandDevices.keys()) removeFrom(this.#byCommandDevice, deviceId, session);
  }

  follow(session: Session, deviceId: string, qos: 0 | 1): void {
    session.commandDevices.set(deviceId, qos);
    addTo(this.#byCommandDevice, deviceId, session);
  }

  unfollow(session: Session, deviceId: string): void {
    session.commandDevices.delete(deviceId);
    removeFrom(this.#byCommandDevice, deviceId, session);
  }
}

/** Ends a session from our side; the reason goes into the journal when its socket is closed. */
export function endSession(session: Session, reason: EndReason): void {
  session.endReason ??= reason;
  session.client.close();
}
