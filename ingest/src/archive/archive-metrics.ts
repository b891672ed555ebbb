import type { Metrics } from "@linli/runtime";
import type { ArchiveMeasures } from "./measures.ts";

/** Embedded writes take milliseconds, a time-out over the network half a minute. */
const WRITE_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Adds up what the archive's thread measures. */
export function createArchiveMetrics(metrics: Metrics): (measures: ArchiveMeasures) => void {
  const batches = metrics.counter("archive_batches_total", "Batches that the series store took");
  const points = metrics.counter("archive_points_total", "Readings that the series store took");
  const records = metrics.counter("archive_records_total", "Journal records that were brought to safety");
  const rejected = metrics.counter("archive_rejected_total", "Values and messages refused, by reason", ["reason"]);
  const history = metrics.counter(
    "archive_history_refused_total",
    "Events, changes of state and facts of them that only the series store lacks, by reason",
    ["reason"],
  );
  const retries = metrics.counter("archive_retries_total", "Attempts that were repeated, by what is wrong", ["fault"]);
  const seconds = metrics.histogram("archive_write_seconds", "Until the series store had a batch", WRITE_BUCKETS);
  return (measures) => {
    batches.inc(measures.batches);
    points.inc(measures.points);
    records.inc(measures.records);
    for (const [reason, count] of Object.entries(measures.rejected)) rejected.inc({ reason }, count);
    for (const [reason, count] of Object.entries(measures.historyRefused)) history.inc({ reason }, count);
    for (const [fault, count] of Object.entries(measures.retries)) retries.inc({ fault }, count);
    for (const duration of measures.writeSeconds) seconds.observe(duration);
  };
}
