import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import type { DeviceKind } from "@linli/model";
import type { Context, Part } from "../board.ts";
import { column, isIndexed, pointOf, rolledUp } from "../influxql/columns.ts";
import { hours, raw } from "../influxql/measurements.ts";
import { SCOPE } from "../influxql/scope.ts";
import { influxQuery } from "../parts/influx-query.ts";
import { deviceLink } from "../parts/links.ts";
import { sourceRef } from "../parts/sources.ts";
import { TEXTS } from "../texts.ts";
import { brokenAfter, intervalOf, unitOf, usualRange } from "./panel-facts.ts";

const legend = () =>
  new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.Table)
    .placement(LegendPlacement.Right)
    .calcs(["lastNotNull", "max"])
    .sortBy("Max")
    .sortDesc(true);

function lines({ title, unit, width }: { title: string; unit: string; width: number }) {
  return new PanelBuilder()
    .title(title)
    .unit(unit)
    .span(width)
    .height(8)
    .lineWidth(1)
    .showPoints(VisibilityMode.Auto)
    .legend(legend());
}

/** The mean of a point over time, one line for each device or place. */
export function trend(kind: DeviceKind, name: string, { say }: Context): Part {
  const point = pointOf(kind, name);
  const isShare = point.type === "boolean";
  const title = isShare ? `${say(point.label)} (${say(TEXTS.shareOfTime)})` : say(point.label);
  const query = `SELECT mean(${column(name)}) FROM ${raw(kind)} WHERE ${SCOPE} GROUP BY time($__interval), "$per" fill(none)`;
  const panel = lines({ title, unit: unitOf(point), width: 12 })
    .datasource(sourceRef("raw"))
    .interval(intervalOf(point))
    .insertNulls(brokenAfter(kind, point))
    .lineInterpolation(point.cadence === undefined ? LineInterpolation.StepAfter : LineInterpolation.Linear)
    .thresholds(usualRange(point))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
    .dataLinks([deviceLink(say, "label")])
    .withTarget(influxQuery({ source: "raw", query, alias: isIndexed(name) ? "$tag_$per $col" : "$tag_$per" }));
  return { panel, rows: 1 };
}

/** Mean and extremes by the hour, from the roll-ups: months at a glance. */
export function longTrend(kind: DeviceKind, name: string, { say }: Context): Part {
  const point = pointOf(kind, name);
  const from = `FROM ${hours(kind)} WHERE ${SCOPE} GROUP BY time($__interval), "$per" fill(none)`;
  const figures = {
    mean: [TEXTS.mean, `sum(${rolledUp(name, "sum")}) / sum(${rolledUp(name, "numbers")})`],
    max: [TEXTS.greatest, `max(${rolledUp(name, "max")})`],
    min: [TEXTS.least, `min(${rolledUp(name, "min")})`],
  } as const;
  const panel = lines({ title: say(point.label), unit: unitOf(point), width: 12 })
    .datasource(sourceRef("hours"))
    .interval("1h")
    .dataLinks([deviceLink(say, "label")]);
  // An indexed point has a column for each of its members, and no arithmetic goes over all of them.
  const [first, ...rest] = isIndexed(name) ? (["max", "min"] as const) : (["mean", "max", "min"] as const);
  for (const [index, figure] of [first, ...rest].entries()) {
    const [label, what] = figures[figure];
    const alias = isIndexed(name) ? `$tag_$per $col ${say(label)}` : `$tag_$per ${say(label)}`;
    const refId = String.fromCharCode(65 + index);
    panel.withTarget(influxQuery({ source: "hours", query: `SELECT ${what} ${from}`, alias, refId }));
  }
  return { panel, rows: 1 };
}
