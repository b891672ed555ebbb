import {
  BytesIEC,
  BytesPerSecondSI,
  PercentUnit,
  RequestsPerSecond,
  Seconds,
  Short,
  WritesPerSecond,
} from "@grafana/grafana-foundation-sdk/units";
import { type Board, buildBoard, type Context } from "../board.ts";
import { metric, wellOrNot } from "../panels/metrics.ts";
import { boardsLink, webLink } from "../parts/links.ts";
import { sourceVariable, webVariable } from "../parts/variables.ts";
import { TEXTS } from "../texts.ts";

const PROCESSES = ["broker", "ingest", "notify", "api"] as const;
const each = (expr: (process: string) => string) =>
  Object.fromEntries(PROCESSES.map((process) => [expr(process), process]));

/** Linli itself, from its own `/metrics`, as Prometheus keeps it. */
export function platformBoard(context: Context): Board {
  const { say, language } = context;
  const m = (of: Parameters<typeof metric>[0]) => metric(of, context);
  return buildBoard(
    {
      id: "platform",
      title: say(TEXTS.platform),
      description: say(TEXTS.platformAbout),
      from: "now-6h",
      rows: [
        {
          title: TEXTS.processes,
          parts: [
            wellOrNot(TEXTS.processes, { linli_up: "{{process}}" }, context),
            wellOrNot(
              TEXTS.journalWritable,
              {
                linli_broker_journal_writable: say(TEXTS.journalWritable),
                linli_ingest_series_up: say(TEXTS.seriesStore),
              },
              context,
            ),
            m({ title: TEXTS.faults, unit: Short, lines: { linli_notify_platform_faults: say(TEXTS.faults) } }),
          ],
        },
        {
          title: TEXTS.broker,
          parts: [
            m({
              title: TEXTS.connectionsOpen,
              unit: Short,
              lines: {
                linli_broker_connections: say(TEXTS.connectionsOpen),
                linli_broker_sessions: say(TEXTS.sessions),
              },
            }),
            m({
              title: TEXTS.journalRate,
              unit: WritesPerSecond,
              lines: { "rate(linli_broker_journal_appended_total[$__rate_interval])": say(TEXTS.journalRate) },
            }),
            m({
              title: TEXTS.journalBytes,
              unit: BytesPerSecondSI,
              lines: { "rate(linli_broker_journal_bytes_total[$__rate_interval])": say(TEXTS.journalBytes) },
            }),
            m({ title: TEXTS.pending, unit: BytesIEC, lines: { linli_broker_pending_bytes: say(TEXTS.pending) } }),
            m({
              title: TEXTS.refused,
              unit: Short,
              lines: { "sum by (reason) (increase(linli_broker_refused_total[$__rate_interval]))": "{{reason}}" },
              rows: 0,
            }),
            m({
              title: TEXTS.droppedStates,
              unit: Short,
              lines: { "increase(linli_broker_states_dropped_total[$__rate_interval])": say(TEXTS.droppedStates) },
            }),
          ],
        },
        {
          title: TEXTS.seriesStore,
          parts: [
            m({
              title: TEXTS.lag,
              unit: Short,
              lines: { linli_ingest_watch_lag_records: "watch", linli_ingest_archive_lag_records: "archive" },
            }),
            m({
              title: TEXTS.oldestWaiting,
              unit: Seconds,
              lines: { linli_ingest_archive_waiting_seconds: say(TEXTS.oldestWaiting) },
            }),
            m({
              title: TEXTS.waiting,
              unit: BytesIEC,
              lines: { linli_ingest_archive_waiting_bytes: say(TEXTS.waiting) },
            }),
            m({
              title: TEXTS.stored,
              unit: WritesPerSecond,
              lines: { "rate(linli_ingest_archive_points_total[$__rate_interval])": say(TEXTS.stored) },
            }),
            m({
              title: TEXTS.writeTime,
              unit: Seconds,
              lines: {
                "histogram_quantile(0.5, sum by (le) (rate(linli_ingest_archive_write_seconds_bucket[$__rate_interval])))":
                  "p50",
                "histogram_quantile(0.99, sum by (le) (rate(linli_ingest_archive_write_seconds_bucket[$__rate_interval])))":
                  "p99",
              },
            }),
            m({
              title: TEXTS.retries,
              unit: Short,
              lines: {
                "sum by (reason) (increase(linli_ingest_archive_retries_total[$__rate_interval]))": "{{reason}}",
              },
              rows: 0,
            }),
            m({
              title: TEXTS.rejected,
              unit: Short,
              lines: {
                "sum by (reason) (increase(linli_ingest_archive_rejected_total[$__rate_interval]))": "{{reason}}",
              },
              rows: 0,
            }),
            m({ title: TEXTS.deadLetters, unit: Short, lines: { linli_ingest_dead_letters: say(TEXTS.deadLetters) } }),
            m({ title: TEXTS.conflicts, unit: Short, lines: { linli_ingest_archive_conflicts: say(TEXTS.conflicts) } }),
          ],
        },
        {
          title: TEXTS.api,
          parts: [
            m({
              title: TEXTS.answers,
              unit: Seconds,
              lines: {
                "histogram_quantile(0.99, sum by (le, route) (rate(linli_api_request_seconds_bucket[$__rate_interval])))":
                  "{{route}}",
              },
            }),
            m({
              title: TEXTS.answerRate,
              unit: RequestsPerSecond,
              lines: { "sum by (status) (rate(linli_api_request_seconds_count[$__rate_interval]))": "{{status}}" },
            }),
            m({ title: TEXTS.streams, unit: Short, lines: { linli_api_streams: say(TEXTS.streams) } }),
          ],
        },
        {
          title: TEXTS.machine,
          parts: [
            m({ title: TEXTS.memory, unit: BytesIEC, lines: each((p) => `linli_${p}_process_resident_memory_bytes`) }),
            m({
              title: TEXTS.eventLoop,
              unit: Seconds,
              lines: each((p) => `linli_${p}_nodejs_eventloop_lag_p99_seconds`),
            }),
            m({
              title: TEXTS.processor,
              unit: PercentUnit,
              lines: each((p) => `rate(linli_${p}_process_cpu_seconds_total[$__rate_interval])`),
            }),
            m({ title: TEXTS.diskFree, unit: BytesIEC, lines: { linli_notify_disk_free_bytes: say(TEXTS.diskFree) } }),
            m({
              title: TEXTS.clock,
              unit: Seconds,
              lines: { "abs(timestamp(linli_notify_clock_seconds) - linli_notify_clock_seconds)": say(TEXTS.clock) },
            }),
          ],
        },
      ],
      variables: [sourceVariable("prometheus", say), webVariable(say)],
      annotations: [],
      links: [boardsLink(language, say), webLink(undefined, say)],
    },
    context,
  );
}
