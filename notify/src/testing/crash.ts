import type { NotifyStore, StateStore } from "@linli/stores";

/** The process is gone at this moment. */
export class Crash extends Error {}

const WRITES = ["commit", "sending", "postpone", "settle"] as const;

/** A store under which the process dies at the `after`th write, just before it or just behind it. */
export function crashing(state: StateStore, after: number, when: "before" | "behind"): StateStore {
  let left = after;
  let isDead = false;
  const notify = { ...state.notify };
  for (const name of WRITES) {
    const write = state.notify[name].bind(state.notify) as (...args: unknown[]) => Promise<void>;
    const dying = async (...args: unknown[]) => {
      if (isDead) throw new Crash(name);
      left -= 1;
      isDead = left <= 0;
      if (isDead && when === "before") throw new Crash(`before ${name}`);
      await write(...args);
      if (isDead) throw new Crash(`behind ${name}`);
    };
    (notify as Record<(typeof WRITES)[number], NotifyStore[keyof NotifyStore]>)[name] = dying;
  }
  return { ...state, notify };
}
