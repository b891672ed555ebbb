import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { sourceRef } from "./sources.ts";

export function promQuery(expr: string, legend = "", refId = "A"): Builder<Dataquery> {
  return new DataqueryBuilder()
    .datasource(sourceRef("prometheus"))
    .expr(expr)
    .legendFormat(legend)
    .refId(refId)
    .range();
}
