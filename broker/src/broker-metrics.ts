import { createMetrics } from "@linli/runtime";
import type { JournalWriter } from "@linli/stores";

interface BrokerGauges {
  readonly journal: JournalWriter;
  readonly connections: () => number;
  readonly sessions: () => number;
  readonly pendingBytes: () => number;
}

export interface BrokerMetrics {
  refused(reason: string): void;
  droppedState(): void;
  watch(gauges: BrokerGauges): void;
  /** Prometheus text. */
  text(): Promise<string>;
}

export function createBrokerMetrics(): BrokerMetrics {
  const metrics = createMetrics("linli_broker_");
  const refused = metrics.counter("refused_total", "Refused logins, topics, packets and connections, by reason.", [
    "reason",
  ]);
  const dropped = metrics.counter("states_dropped_total", "State messages not sent to a reader that cannot follow.");
  return {
    refused: (reason) => refused.inc({ reason }),
    droppedState: () => dropped.inc(),
    watch({ journal, connections, sessions, pendingBytes }) {
      metrics.gauge("connections", "Open MQTT connections.", connections);
      metrics.gauge("sessions", "Connections that are logged in.", sessions);
      metrics.gauge("pending_bytes", "Taken and not yet on disk.", pendingBytes);
      metrics.gauge("journal_writable", "1 while the journal takes entries.", () =>
        journal.health().writable ? 1 : 0,
      );
      metrics.gauge(
        "journal_appended_total",
        "Records in the journal since it was made.",
        () => journal.health().appended,
      );
      metrics.gauge("journal_bytes_total", "Bytes in the journal since it was made.", () => journal.health().bytes);
    },
    text: () => metrics.text(),
  };
}
