import type { RawPublisher } from "@linli/testing";
import { createFleet, type FleetOptions } from "../support/fleet.ts";
import { eventually, type Platform } from "../support/platform.ts";
import { mustHold } from "./fault.ts";
import { judge, ledgerLine, settleAccounts } from "./ledger.ts";
import { drained } from "./load.ts";

/** An acknowledgement that takes longer than this was held up by somebody else. */
const LONGEST_PAUSE_MS = 20_000;

export interface PulseOptions extends Pick<FleetOptions, "size" | "members"> {
  readonly beatMs: number;
}

/** The honest devices beside an offender: they publish in small steps, and notice when they are held up. */
export class Pulse {
  longestPauseMs = 0;
  readonly #platform: Platform;
  #fleet: ReadonlyMap<string, RawPublisher> = new Map();
  #last = performance.now();
  #going = true;
  #beats: Promise<void> | undefined;

  private constructor(platform: Platform) {
    this.#platform = platform;
  }

  static async start(platform: Platform, { beatMs, ...options }: PulseOptions): Promise<Pulse> {
    const pulse = new Pulse(platform);
    const onLatency = () => pulse.#acknowledged();
    const firstAt = Date.now() - 3_600_000;
    pulse.#fleet = await createFleet(platform, { ...options, qos: 1, window: 1, firstAt, onLatency, prefix: "honest" });
    for (const publisher of pulse.#fleet.values()) {
      await eventually("an honest device connects", async () => (await publisher.connect()) || undefined);
    }
    pulse.#last = performance.now();
    pulse.#beats = pulse.#beat(beatMs);
    return pulse;
  }

  /** Ends it without a verdict. */
  cancel(): void {
    this.#going = false;
    for (const publisher of this.#fleet.values()) publisher.close(true);
  }

  /** Ends it; throws when one was disconnected, held up or not stored. Resolves with its figures. */
  async stop(): Promise<string> {
    this.#going = false;
    await this.#beats;
    for (const publisher of this.#fleet.values()) {
      mustHold(await publisher.settle(), "an honest device was disconnected");
    }
    const ms = Math.round(this.longestPauseMs);
    mustHold(ms < LONGEST_PAUSE_MS, `no honest device got an acknowledgement for ${ms} ms`);
    await drained(this.#platform);
    const ledger = await settleAccounts(this.#platform, this.#fleet);
    judge(ledger);
    return `longest pause of the others ${ms} ms; ${ledgerLine(ledger)}`;
  }

  #acknowledged(): void {
    const now = performance.now();
    this.longestPauseMs = Math.max(this.longestPauseMs, now - this.#last);
    this.#last = now;
  }

  async #beat(beatMs: number): Promise<void> {
    while (this.#going) {
      for (const publisher of this.#fleet.values()) if (publisher.settled) publisher.sendUpTo(publisher.sent + 1);
      await new Promise((resolve) => setTimeout(resolve, beatMs));
    }
  }
}
