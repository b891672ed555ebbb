import type { Transition } from "@linli/stores";

/** A device's answer to a command, to be recorded before the position moves past it. */
export interface AnsweredCommand {
  readonly commandId: string;
  readonly deviceId: string;
  readonly ok: boolean;
  readonly detail: string | null;
  readonly at: number;
}

/** What came of the records since it was last asked. */
export class WatchEffects {
  readonly changed = new Set<string>();
  readonly transitions: Transition[] = [];
  readonly answered: AnsweredCommand[] = [];
  /** The broker began anew: what it keeps in memory is gone. */
  brokerStarted = false;
}
