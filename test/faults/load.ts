import { type BrokerDetails, localClient, type ProcessStatus, socketPath } from "@linli/runtime";
import type { RawPublisher } from "@linli/testing";
import { createFleet } from "../support/fleet.ts";
import { eventually, type Platform } from "../support/platform.ts";

/** What each message of a load holds beside its serial. */
const MEMBERS = '"temperature":21.5';
/** Values per message, the serial included. */
export const VALUES_PER_MESSAGE = 2;

const STEP_MS = 20;

export interface LoadOptions {
  /** How many devices publish at each of these levels. */
  readonly devices: number;
  readonly qos: readonly (1 | 2)[];
  /** Most unacknowledged messages of one device. */
  readonly window: number;
  readonly members?: string;
}

export interface Strike {
  readonly eachDevice: number;
  readonly after: number;
  readonly strike: () => void;
}

/** A fleet that publishes numbered messages as fast as it may, and strikes in the moment of a chosen acknowledgement. */
export class Load {
  readonly fleet = new Map<string, RawPublisher>();
  #allowed = 0;
  #untilStrike = Number.POSITIVE_INFINITY;
  #strike: () => void = () => {};

  static async start(platform: Platform, options: LoadOptions): Promise<Load> {
    const load = new Load();
    const { devices: size, qos: levels, window, members = MEMBERS } = options;
    const firstAt = Date.now() - 3_600_000;
    const onLatency = () => load.#acknowledged();
    for (const qos of levels) {
      const fleet = await createFleet(platform, { size, window, qos, firstAt, members, onLatency, prefix: `q${qos}` });
      for (const [deviceId, publisher] of fleet) load.fleet.set(deviceId, publisher);
    }
    await load.connect(platform);
    return load;
  }

  get publishers(): RawPublisher[] {
    return [...this.fleet.values()];
  }

  get inFlight(): number {
    return this.publishers.reduce((sum, publisher) => sum + publisher.inFlight, 0);
  }

  get acknowledged(): number {
    return this.publishers.reduce((sum, publisher) => sum + publisher.acknowledged.size, 0);
  }

  /** Connects whoever is not connected; the broker may still be coming back. */
  async connect(platform: Platform): Promise<void> {
    for (const publisher of this.publishers) {
      if (publisher.connected) continue;
      await eventually("the broker serves", async () => (await publisher.connect(platform.mqtt)) || undefined);
    }
  }

  /** Lets each device send so many more. */
  send(eachDevice: number): void {
    this.#allowed += eachDevice;
    for (const publisher of this.publishers) publisher.sendUpTo(this.#allowed);
  }

  /** Lets the fleet send so many messages a second, together, for so long; whoever is not connected sends later. */
  async sendSteadily({ perSecond, seconds }: { readonly perSecond: number; readonly seconds: number }): Promise<void> {
    const before = this.#allowed;
    const eachDevice = Math.ceil((perSecond * seconds) / this.fleet.size);
    const begun = performance.now();
    while (this.#allowed - before < eachDevice) {
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
      const due = Math.floor((eachDevice * (performance.now() - begun)) / (seconds * 1_000));
      this.send(Math.min(due, eachDevice) - (this.#allowed - before));
    }
  }

  /**
   * Lets each device send so many more and strikes in the very moment of the `after`-th acknowledgement from now.
   * Resolves with how many messages were in flight then.
   */
  async sendAndStrike(platform: Platform, { eachDevice, after, strike }: Strike): Promise<number> {
    let inFlight: number | undefined;
    this.#untilStrike = after;
    this.#strike = () => {
      inFlight = this.inFlight;
      strike();
    };
    this.send(eachDevice);
    return eventually("the moment to strike", async () => {
      if (inFlight === undefined) await this.connect(platform); // an end of the last round may be noticed only now
      return inFlight;
    });
  }

  /** Goes on, over new connections where the old ones ended, until everything that was allowed is acknowledged. */
  async settle(platform: Platform): Promise<void> {
    await eventually("all is acknowledged", async () => {
      await this.connect(platform);
      await Promise.all(this.publishers.map((publisher) => publisher.settle()));
      return this.publishers.every((publisher) => publisher.settled) || undefined;
    });
  }

  /** Ends all sessions as a lost network would; unacknowledged messages are sent again on the next connection. */
  cut(): void {
    for (const publisher of this.publishers) publisher.close(true);
  }

  #acknowledged(): void {
    if (--this.#untilStrike > 0) return;
    this.#untilStrike = Number.POSITIVE_INFINITY;
    this.#strike();
  }
}

/** Resolves when both consumers have committed everything that is in the journal now. */
export async function drained({ dataDir }: Pick<Platform, "dataDir">): Promise<void> {
  const [broker, ingest] = [localClient(socketPath(dataDir, "broker")), localClient(socketPath(dataDir, "ingest"))];
  try {
    await eventually("ingest has taken in the whole journal", async () => {
      const { details } = (await broker.call("status")) as ProcessStatus<BrokerDetails | null>;
      if (details === null) return undefined;
      return ((await ingest.call("drained", { sequence: details.journal.appended })) as boolean) || undefined;
    });
  } finally {
    broker.close();
    ingest.close();
  }
}
