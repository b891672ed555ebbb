import type { Metrics } from "@linli/runtime";

/** What notify counts and measures; times in ms. */
export interface NotifyMetrics {
  /** An input taken: how long after it was committed, if that is known. */
  taken(type: string): void;
  /** From the journal's time of a change to the decision about it. */
  decided(ms: number): void;
  /** From the decision to the first attempt. */
  handed(ms: number, attempts: number): void;
  delivered(channelId: string, outcome: string): void;
}

const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600];

export function createNotifyMetrics(metrics: Metrics): NotifyMetrics {
  const taken = metrics.counter("taken_total", "Inputs of the alert pipeline", ["type"]);
  const deliveries = metrics.counter("deliveries_total", "Attempts to deliver a message", ["channel", "outcome"]);
  const decided = metrics.histogram("decided_seconds", "From a change of an alert to what follows from it", SECONDS);
  const handed = metrics.histogram("handed_seconds", "From a decision to its message's first attempt", SECONDS);
  return {
    taken: (type) => taken.inc({ type }),
    decided: (ms) => decided.observe(Math.max(0, ms) / 1_000),
    handed(ms, attempts) {
      if (attempts === 0) handed.observe(Math.max(0, ms) / 1_000);
    },
    delivered: (channel, outcome) => deliveries.inc({ channel, outcome }),
  };
}
