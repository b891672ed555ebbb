import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import type { DataSourceRef } from "@grafana/grafana-foundation-sdk/common";
import { type Source, sourceRef } from "./sources.ts";

/** What Grafana's InfluxDB data source takes as a query; the SDK has none of its own. */
export interface InfluxDataquery extends Dataquery {
  readonly refId: string;
  readonly datasource: DataSourceRef;
  readonly query: string;
  readonly rawQuery: true;
  readonly resultFormat: "time_series" | "table";
  readonly alias?: string;
}

export interface InfluxQueryOptions {
  readonly source: Source;
  readonly query: string;
  /** `table`: rows with their tags as columns. */
  readonly format?: "time_series" | "table";
  /** What a line is called, such as `$tag_device`. */
  readonly alias?: string;
  readonly refId?: string;
}

export function influxQuery(options: InfluxQueryOptions): Builder<Dataquery> {
  const { source, query, format = "time_series", alias, refId = "A" } = options;
  const dataquery: Omit<InfluxDataquery, keyof Dataquery> = {
    refId,
    datasource: sourceRef(source),
    query,
    rawQuery: true,
    resultFormat: format,
    ...(alias !== undefined && { alias }),
  };
  return { build: () => ({ ...dataquery, _implementsDataqueryVariant() {} }) };
}
