export interface PlatformAlert {
  /** Also the anchor in docs/operations.md: `#alert-process-down`. */
  readonly name: string;
  readonly expr: string;
  readonly for: string;
  readonly severity: "critical" | "high" | "medium" | "low";
  readonly summary: string;
}

/** What may be wrong with Linli itself. Each has a section in docs/operations.md on what to do. */
export const PLATFORM_ALERTS: readonly PlatformAlert[] = [
  {
    name: "unreachable",
    expr: 'up{job="linli"} == 0',
    for: "1m",
    severity: "critical",
    summary: "Linli's API does not answer",
  },
  {
    name: "process-down",
    expr: "linli_up == 0",
    for: "30s",
    severity: "critical",
    summary: "The process {{ $labels.process }} does not answer",
  },
  {
    name: "broker-silent",
    // The broker itself writes an entry a second, with or without devices.
    expr: "rate(linli_broker_journal_appended_total[1m]) == 0",
    for: "30s",
    severity: "critical",
    summary: "The broker writes nothing, not even its own tick",
  },
  {
    name: "journal-blocked",
    expr: "linli_broker_journal_writable == 0",
    for: "0s",
    severity: "critical",
    summary: "The journal takes no entries: devices are not acknowledged",
  },
  {
    name: "disk-low",
    expr: "linli_notify_disk_free_bytes < 2 * linli_notify_disk_reserve_bytes",
    for: "1m",
    severity: "high",
    summary: "{{ $value | humanize1024 }}B are left for the data folder",
  },
  {
    name: "watch-lagging",
    expr: "linli_ingest_watch_lag_records > 50000",
    for: "1m",
    severity: "critical",
    summary: "What is true is decided late: {{ $value }} records behind",
  },
  {
    name: "archive-lagging",
    expr: "linli_ingest_archive_waiting_seconds > 300",
    for: "2m",
    severity: "medium",
    summary: "Readings are stored {{ $value | humanizeDuration }} late",
  },
  {
    name: "series-unavailable",
    expr: "linli_ingest_series_up == 0",
    for: "2m",
    severity: "high",
    summary: "The series store takes no readings; the journal keeps them",
  },
  {
    name: "dead-letters",
    expr: "sum(increase(linli_ingest_archive_rejected_total[15m])) > 100",
    for: "5m",
    severity: "medium",
    summary: "{{ $value | humanize }} messages or values were refused in 15 minutes",
  },
  {
    name: "clock-off",
    expr: "abs(timestamp(linli_notify_clock_seconds) - linli_notify_clock_seconds) > 30",
    for: "5m",
    severity: "medium",
    summary: "Linli's clock and that of Prometheus differ by {{ $value | humanizeDuration }}",
  },
  {
    name: "platform-fault",
    expr: "linli_notify_platform_faults > 0",
    for: "5m",
    severity: "medium",
    summary: "Linli itself reports {{ $value }} open faults: see GET /api/v1/platform",
  },
];

function camelCase(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export function alertAnchor({ name }: PlatformAlert): string {
  return `alert-${name}`;
}

/** `rules.yml` of Prometheus. A JSON string is a YAML string. */
export function platformRules(): string {
  const rules = PLATFORM_ALERTS.map(
    (alert) => `      - alert: Linli${camelCase(alert.name)}
        expr: ${JSON.stringify(alert.expr)}
        for: ${alert.for}
        labels:
          severity: ${alert.severity}
        annotations:
          summary: ${JSON.stringify(alert.summary)}
          runbook_url: docs/operations.md#${alertAnchor(alert)}
`,
  );
  return `groups:\n  - name: linli\n    rules:\n${rules.join("")}`;
}
