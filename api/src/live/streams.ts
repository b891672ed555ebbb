import { LinliError } from "@linli/model";
import type { Clock, Logger } from "@linli/runtime";
import type { Change, ChangesStore } from "@linli/stores";
import type { Identity } from "../access/identity.ts";
import { covers, narrow, type Scope, scopeOf } from "../access/scope.ts";
import { type Audience, audienceOf } from "./change-scope.ts";
import type { Directory } from "./directory.ts";
import type { LiveStates } from "./live-states.ts";
import { type Sink, Stream } from "./stream.ts";

const POLL_MS = 200;
const HEARTBEAT_MS = 5_000;
const PAGE = 500;
/** After so many changes at once (a large import) loading again is quicker than being told of each. */
const MOST_BEHIND = 5_000;
const MOST_STREAMS = 1_000;
const MOST_PER_CALLER = 50;
/** Retired devices whose alerts may still end. */
const MOST_GONE = 1_000;

export interface StreamRequest {
  readonly who: Identity;
  /** The caller as of now; undefined when the right has ended. */
  readonly recheck: () => Promise<Identity | undefined>;
  readonly placeId: string | undefined;
  readonly withStates: boolean;
  /** The number of the last change that the reader has. */
  readonly resumeAfter: number | undefined;
}

interface Reader {
  readonly stream: Stream;
  readonly request: StreamRequest;
  who: Identity;
  scope: Scope;
  /** Still reading the past; hears nothing live until it has caught up. */
  catchingUp: boolean;
}

interface Inputs {
  readonly changes: ChangesStore;
  readonly directory: Directory;
  readonly live: LiveStates;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of this run of the process. */
  readonly instance: string;
}

/** Follows the changes feed and tells every reader what lies within its places. */
export class Streams {
  readonly #inputs: Inputs;
  readonly #readers = new Set<Reader>();
  readonly #ends: (() => void)[] = [];
  /** Where each device was when it was last told of. */
  readonly #places = new Map<string, string>();
  /** Where those were that were retired since. */
  readonly #gone = new Map<string, string>();
  #seq = 0;
  #polling: Promise<void> | undefined;
  #failing = false;

  constructor(inputs: Inputs) {
    this.#inputs = inputs;
  }

  get size(): number {
    return this.#readers.size;
  }

  async start(): Promise<void> {
    const { changes, clock, live } = this.#inputs;
    this.#seq = await changes.latest();
    this.#rememberPlaces();
    this.#ends.push(
      clock.every(POLL_MS, () => void this.tick()),
      clock.every(HEARTBEAT_MS, () => void this.heartbeat()),
      live.subscribe((deviceIds) => this.#markDirty(deviceIds)),
    );
  }

  stop(): void {
    for (const end of this.#ends.splice(0)) end();
    for (const { stream } of this.#readers) stream.close();
    this.#readers.clear();
  }

  /** `rate-limited` when one caller has too many streams, `unavailable` when there are too many in all. */
  assertRoom(who: Identity): void {
    const own = [...this.#readers].filter((reader) => reader.who.id === who.id).length;
    if (own >= MOST_PER_CALLER) throw new LinliError("rate-limited", `at most ${MOST_PER_CALLER} streams per caller`);
    if (this.#readers.size >= MOST_STREAMS) throw new LinliError("unavailable", "too many streams are open");
  }

  /** Adds a reader; see `assertRoom`. */
  open(sink: Sink, request: StreamRequest): Stream {
    const { who } = request;
    this.assertRoom(who);
    const stream = new Stream(sink);
    const scope = this.#scopeFor(who, request.placeId);
    const reader: Reader = { stream, request, who, scope, catchingUp: request.resumeAfter !== undefined };
    this.#readers.add(reader);
    const { instance } = this.#inputs;
    if (request.resumeAfter === undefined) stream.send("hello", { seq: this.#seq, instance }, this.#seq);
    else {
      stream.send("hello", { seq: request.resumeAfter, instance });
      void this.#catchUp(reader, request.resumeAfter);
    }
    return stream;
  }

  close(stream: Stream): void {
    for (const reader of this.#readers) if (reader.stream === stream) this.#readers.delete(reader);
    stream.close();
  }

  /** Tells what has changed by now. Calls while one runs share it. */
  async tick(): Promise<void> {
    this.#polling ??= this.#poll().finally(() => {
      this.#polling = undefined;
    });
    await this.#polling;
  }

  /** Shows that the line is alive, and ends the streams of those whose right has ended. */
  async heartbeat(): Promise<void> {
    const at = this.#inputs.clock.now();
    await Promise.all(
      [...this.#readers].map(async (reader) => {
        await this.#recheck(reader);
        reader.stream.send("heartbeat", { at });
        if (!reader.stream.isOpen) this.#readers.delete(reader);
      }),
    );
  }

  async #poll(): Promise<void> {
    const { changes, live, clock, log } = this.#inputs;
    for (const { stream } of this.#readers) stream.check(clock.monotonic());
    try {
      if ((await changes.latest()) - this.#seq > MOST_BEHIND) await this.#reset();
      for (let more = true; more; ) {
        const page = await changes.since(this.#seq, PAGE);
        if (page.reset) await this.#reset();
        else await this.#broadcast(page.changes);
        more = page.changes.length === PAGE;
      }
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) log.error({ err: error }, "the changes feed cannot be read");
      this.#failing = true;
    }
    for (const reader of this.#readers) {
      reader.stream.flush((deviceId) => live.get(deviceId));
      if (!reader.stream.isOpen) this.#readers.delete(reader);
    }
  }

  async #broadcast(changes: readonly Change[]): Promise<void> {
    const last = changes.at(-1);
    if (!last) return;
    const { directory } = this.#inputs;
    if (changes.some(({ topic }) => topic === "place" || topic === "device")) await directory.refresh();
    if (changes.some(({ topic }) => topic === "session" || topic === "person" || topic === "token")) {
      await Promise.all([...this.#readers].map((reader) => this.#recheck(reader)));
    }
    for (const change of changes) {
      const after = audienceOf(change, directory, (deviceId) => this.#gone.get(deviceId));
      const before = this.#placeBefore(change, after);
      for (const reader of this.#readers) if (!reader.catchingUp) this.#tell(reader, change, before, after);
    }
    this.#seq = last.seq;
  }

  /** Who heard of a device before this change of it, which may have moved or retired it. */
  #placeBefore(change: Change, after: Audience): Audience {
    if (change.topic !== "device") return after;
    const known = this.#places.get(change.id);
    if (after.type === "place") this.#places.set(change.id, after.placeId);
    else this.#forget(change.id, known);
    return known === undefined ? after : { type: "place", placeId: known };
  }

  /** What ends along with a device is told to those who had it. */
  #forget(deviceId: string, placeId: string | undefined): void {
    this.#places.delete(deviceId);
    if (placeId === undefined) return;
    this.#gone.set(deviceId, placeId);
    const [oldest] = this.#gone.keys();
    if (this.#gone.size > MOST_GONE && oldest !== undefined) this.#gone.delete(oldest);
  }

  #rememberPlaces(): void {
    this.#places.clear();
    for (const { id, placeId } of this.#inputs.directory.devices()) this.#places.set(id, placeId);
  }

  /** What has left a reader's places is still told by its id, without what it has become elsewhere. */
  #tell(reader: Reader, change: Change, before: Audience, after: Audience): void {
    const { topic, id, at, data } = change;
    if (this.#hears(reader, after)) reader.stream.send("change", { topic, id, at, data }, change.seq);
    else if (this.#hears(reader, before)) reader.stream.send("change", { topic, id, at, data: null }, change.seq);
  }

  #hears({ who, scope }: Reader, audience: Audience): boolean {
    switch (audience.type) {
      case "all":
        return true;
      case "nobody":
        return false;
      case "admins":
        return scopeOf(who.grants, "admin") === null;
      case "everywhere":
        return scope === null;
      case "place":
        return covers(this.#inputs.directory, scope, audience.placeId);
    }
  }

  async #reset(): Promise<void> {
    this.#seq = await this.#inputs.changes.latest();
    await this.#inputs.directory.refresh();
    this.#rememberPlaces();
    for (const { stream } of this.#readers) stream.send("reset", { seq: this.#seq }, this.#seq);
  }

  async #catchUp(reader: Reader, after: number): Promise<void> {
    let seq = after;
    try {
      while (reader.stream.isOpen && seq < this.#seq) {
        const { changes, reset } = await this.#inputs.changes.since(seq, PAGE);
        if (reset) break;
        for (const change of changes) {
          const audience = audienceOf(change, this.#inputs.directory);
          this.#tell(reader, change, audience, audience);
        }
        const last = changes.at(-1);
        if (!last) break;
        seq = last.seq;
      }
      // from here to the end nothing else runs: no change falls between the past and the live ones
      if (seq !== this.#seq) reader.stream.send("reset", { seq: this.#seq }, this.#seq);
      reader.catchingUp = false;
    } catch (error) {
      this.#inputs.log.error({ err: error }, "a stream could not be resumed");
      this.close(reader.stream);
    }
  }

  async #recheck(reader: Reader): Promise<void> {
    try {
      const who = await reader.request.recheck();
      if (!who || scopeOf(who.grants, "viewer")?.length === 0) return this.close(reader.stream);
      reader.who = who;
      reader.scope = this.#scopeFor(who, reader.request.placeId);
    } catch (error) {
      this.#inputs.log.error({ err: error }, "a stream's right could not be checked");
      this.close(reader.stream);
    }
  }

  #scopeFor(who: Identity, placeId: string | undefined): Scope {
    return narrow(this.#inputs.directory, scopeOf(who.grants, "viewer"), placeId);
  }

  #markDirty(deviceIds: readonly string[]): void {
    const { directory } = this.#inputs;
    for (const reader of this.#readers) {
      if (!reader.request.withStates) continue;
      for (const deviceId of deviceIds) {
        const device = directory.device(deviceId);
        if (device && covers(directory, reader.scope, device.placeId)) reader.stream.markDirty(deviceId);
      }
    }
  }
}
