import { randomUUID } from "node:crypto";
import { type CommandProposal, LinliError, minutes } from "@linli/model";
import type { Clock } from "@linli/runtime";

const LIFE = minutes(10);
const MOST = 1_000;

interface Held {
  readonly proposal: CommandProposal;
  /** Who answers for the proposer: may not be the one who confirms. */
  readonly answerable: string;
}

/**
 * Commands that wait for a second person. Kept in memory for ten minutes and no longer: nothing has gone to a device, so
 * after a restart it is simply proposed again, by people who still mean it.
 */
export class Proposals {
  readonly #held = new Map<string, Held>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(
    command: Pick<CommandProposal, "deviceId" | "name" | "args">,
    proposer: { readonly id: string; readonly answerable: string },
  ): CommandProposal {
    this.#forgetExpired();
    if (this.#held.size >= MOST) throw new LinliError("unavailable", "too many commands wait for a second person");
    const now = this.#clock.now();
    const proposal = { ...command, id: randomUUID(), proposedBy: proposer.id, proposedAt: now, expiresAt: now + LIFE };
    this.#held.set(proposal.id, { proposal, answerable: proposer.answerable });
    return proposal;
  }

  of(deviceId: string): CommandProposal[] {
    this.#forgetExpired();
    return [...this.#held.values()].map(({ proposal }) => proposal).filter((one) => one.deviceId === deviceId);
  }

  /**
   * Carries a proposal out for a second person, once: it is taken out meanwhile, and put back when `carryOut` fails.
   * `not-found` when it is gone, `forbidden` for the one who proposed it.
   */
  async confirm<T>(
    id: string,
    deviceId: string,
    answerable: string,
    carryOut: (proposal: CommandProposal) => Promise<T>,
  ): Promise<T> {
    const held = this.#find(id, deviceId);
    if (held.answerable === answerable) {
      throw new LinliError("forbidden", "this command takes two persons: somebody else has to confirm it");
    }
    this.#held.delete(id);
    try {
      return await carryOut(held.proposal);
    } catch (error) {
      this.#held.set(id, held);
      throw error;
    }
  }

  withdraw(id: string, deviceId: string): CommandProposal {
    const { proposal } = this.#find(id, deviceId);
    this.#held.delete(id);
    return proposal;
  }

  #find(id: string, deviceId: string): Held {
    this.#forgetExpired();
    const held = this.#held.get(id);
    if (held?.proposal.deviceId !== deviceId || !held) {
      throw new LinliError("not-found", "no such command waits for a second person: it may have expired");
    }
    return held;
  }

  #forgetExpired(): void {
    const now = this.#clock.now();
    for (const [id, { proposal }] of this.#held) if (proposal.expiresAt <= now) this.#held.delete(id);
  }
}
