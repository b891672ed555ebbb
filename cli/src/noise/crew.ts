import { minutes } from "@linli/model";
import type { StateStore } from "@linli/stores";
import type { Carried } from "../virtual/carried.ts";

const ACKNOWLEDGES_AFTER = minutes(3);
const ARRIVES_AFTER = minutes(20);
const CLOSES_AFTER = minutes(60);

interface Known {
  readonly alertId: string;
  readonly personId: string;
  readonly toldAt: number;
  done: number;
}

interface CrewDeps {
  readonly state: StateStore;
  readonly close: (alertId: string, personId: string, content: { outcome: string; text: string }) => void;
}

/** People who do what they are asked: say "mine" after minutes, go there, and close what only a person may close. */
export class Crew {
  private readonly deps: CrewDeps;
  private readonly known = new Map<string, Known>();
  private read = 0;

  constructor(deps: CrewDeps) {
    this.deps = deps;
  }

  /** Does what is due; true when it did anything. */
  async act(carried: readonly Carried[], now: number): Promise<boolean> {
    for (; this.read < carried.length; this.read++) this.hear(carried[this.read]);
    let acted = false;
    for (const known of this.known.values()) {
      const waited = now - known.toldAt;
      const due = [ACKNOWLEDGES_AFTER, ARRIVES_AFTER, CLOSES_AFTER][known.done];
      if (due !== undefined && waited >= due) {
        await this.step(known, now);
        acted = true;
      }
    }
    return acted;
  }

  private hear(carried: Carried | undefined): void {
    if (carried === undefined || typeof carried.address !== "string" || carried.channelId === "room") return;
    for (const { id, active } of carried.message.alerts) {
      if (!active || this.known.has(id)) continue;
      this.known.set(id, { alertId: id, personId: carried.address, toldAt: carried.at, done: 0 });
    }
  }

  private async step(known: Known, now: number): Promise<void> {
    const { state, close } = this.deps;
    const { alertId, personId } = known;
    const author = { id: personId, type: "person", at: now } as const;
    const found = await state.alerts.alert(alertId);
    if (found === undefined || !found.alert.active) return void this.known.delete(alertId);
    if (known.done === 0) await state.alerts.act(alertId, { type: "acknowledge" }, author);
    else if (known.done === 1) await state.alerts.act(alertId, { type: "arrived" }, author);
    else if (found.alert.latched) {
      const content = { outcome: "real", text: "seen to" };
      await state.alerts.act(alertId, { type: "close", ...content } as never, author);
      close(alertId, personId, content);
      // while it is still true, a closing is none: it is tried again
      this.known.set(alertId, { ...known, toldAt: now - CLOSES_AFTER + minutes(15) });
      return;
    }
    known.done++;
  }
}
