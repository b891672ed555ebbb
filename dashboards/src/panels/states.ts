import { VisibilityMode } from "@grafana/grafana-foundation-sdk/common";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/statetimeline";
import type { DeviceKind } from "@linli/model";
import type { Context, Part } from "../board.ts";
import { column, isIndexed, pointOf } from "../influxql/columns.ts";
import { raw } from "../influxql/measurements.ts";
import { SCOPE } from "../influxql/scope.ts";
import { influxQuery } from "../parts/influx-query.ts";
import { deviceLink } from "../parts/links.ts";
import { sourceRef } from "../parts/sources.ts";
import { intervalOf, valueWords } from "./panel-facts.ts";

/** The states of a point over time, one lane for each device. */
export function states(kind: DeviceKind, name: string, { say }: Context): Part {
  const point = pointOf(kind, name);
  const query = `SELECT last(${column(name)}) FROM ${raw(kind)} WHERE ${SCOPE} GROUP BY time($__interval), "device" fill(none)`;
  const panel = new PanelBuilder()
    .title(say(point.label))
    .span(12)
    .height(10)
    .datasource(sourceRef("raw"))
    .interval(intervalOf(point))
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .perPage(20)
    .mappings(valueWords(point, say))
    .dataLinks([deviceLink(say, "label")])
    .withTarget(influxQuery({ source: "raw", query, alias: isIndexed(name) ? "$tag_device $col" : "$tag_device" }));
  return { panel, rows: 1 };
}
