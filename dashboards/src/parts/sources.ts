import type { DataSourceRef } from "@grafana/grafana-foundation-sdk/common";

/** The data sources by the variable that picks each on a board, and what a provisioned one is called. */
export const SOURCES = {
  raw: { type: "influxdb", name: "Linli raw", uid: "linli-raw" },
  fiveMinutes: { type: "influxdb", name: "Linli 5m", uid: "linli-5m" },
  hours: { type: "influxdb", name: "Linli 1h", uid: "linli-1h" },
  prometheus: { type: "prometheus", name: "Linli platform", uid: "linli-platform" },
} as const;
export type Source = keyof typeof SOURCES;

export function isSource(name: string): name is Source {
  return Object.hasOwn(SOURCES, name);
}

export function sourceRef(source: Source): DataSourceRef {
  return { type: SOURCES[source].type, uid: `\${${source}}` };
}
