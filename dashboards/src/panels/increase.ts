import { GraphDrawStyle, StackingConfigBuilder, StackingMode } from "@grafana/grafana-foundation-sdk/common";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import type { DeviceKind } from "@linli/model";
import type { Context, Part } from "../board.ts";
import { column, pointOf, rolledUp } from "../influxql/columns.ts";
import { hours, raw } from "../influxql/measurements.ts";
import { BY_DEVICE, SCOPE } from "../influxql/scope.ts";
import { influxQuery } from "../parts/influx-query.ts";
import { deviceLink } from "../parts/links.ts";
import { type Source, sourceRef } from "../parts/sources.ts";
import { TEXTS } from "../texts.ts";
import { unitOf } from "./panel-facts.ts";

interface Counted {
  readonly source: Source;
  readonly measurement: string;
  readonly column: string;
  /** Width of a bar. */
  readonly bucket: string;
}

/** By how much counters grew, each device's own growth first: a counter that starts again at zero takes nothing away. */
function growth({ measurement, column: counter, bucket }: Counted): string {
  const own = `SELECT non_negative_difference(last(${counter})) AS "growth" FROM ${measurement} WHERE ${SCOPE} GROUP BY time(${bucket}), ${BY_DEVICE} fill(none)`;
  return `SELECT sum("growth") FROM (${own}) WHERE $timeFilter GROUP BY time(${bucket}), "$per" fill(none)`;
}

function bars(title: string, counted: Counted, { say }: Context) {
  return new PanelBuilder()
    .title(title)
    .span(12)
    .height(8)
    .datasource(sourceRef(counted.source))
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(60)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .dataLinks([deviceLink(say, "label")])
    .withTarget(influxQuery({ source: counted.source, query: growth(counted), alias: "$tag_$per" }));
}

/** Growth of a counter by the hour or wider. */
export function increase(kind: DeviceKind, name: string, context: Context): Part {
  const point = pointOf(kind, name);
  const title = `${context.say(point.label)} (${context.say(TEXTS.increase)})`;
  const counted = { source: "raw", measurement: raw(kind), column: column(name), bucket: "$__interval" } as const;
  return { panel: bars(title, counted, context).unit(unitOf(point)).interval("1h"), rows: 1 };
}

/** Growth of a counter by the day, from the roll-ups. */
export function dailyIncrease(kind: DeviceKind, name: string, context: Context): Part {
  const point = pointOf(kind, name);
  const title = `${context.say(point.label)} (${context.say(TEXTS.perDay)})`;
  const counted = {
    source: "hours",
    measurement: hours(kind),
    column: rolledUp(name, "last"),
    bucket: "1d",
  } as const;
  return { panel: bars(title, counted, context).unit(unitOf(point)), rows: 1 };
}
