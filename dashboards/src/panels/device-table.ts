import { TableSortByFieldStateBuilder } from "@grafana/grafana-foundation-sdk/common";
import type { DynamicConfigValue } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/table";
import { type DeviceKind, findPoint, type Point } from "@linli/model";
import { identifier } from "@linli/stores/influx-schema";
import type { Context, Part } from "../board.ts";
import { column, pointOf } from "../influxql/columns.ts";
import { raw } from "../influxql/measurements.ts";
import { SCOPE } from "../influxql/scope.ts";
import type { Say } from "../language.ts";
import { influxQuery } from "../parts/influx-query.ts";
import { deviceLink } from "../parts/links.ts";
import { sourceRef } from "../parts/sources.ts";
import { TEXTS } from "../texts.ts";
import { badFromOne, unitOf, valueWords } from "./panel-facts.ts";

/** A table whose first columns are the device, which leads to its page, and its building. */
export function deviceRows(title: string, say: Say) {
  return new PanelBuilder()
    .title(title)
    .datasource(sourceRef("raw"))
    .filterable(true)
    .overrideByName("device", [
      { id: "displayName", value: say(TEXTS.device) },
      { id: "links", value: [deviceLink(say).build()] },
    ])
    .overrideByName("building", [{ id: "displayName", value: say(TEXTS.building) }])
    .overrideByName("Time", [{ id: "custom.hidden", value: true }]);
}

/** What Grafana takes for a column of this point; moments are stored as epoch ms. */
function look(point: Point, say: Say): DynamicConfigValue[] {
  const mappings = valueWords(point, say);
  const unit = point.type === "time" ? "dateTimeAsIso" : unitOf(point);
  if (mappings.length > 0) return [{ id: "mappings", value: mappings }];
  return point.type === "string" || point.type === "list" ? [] : [{ id: "unit", value: unit }];
}

/** The newest value of each of these points, one row a device. */
export function latestValues(kind: DeviceKind, names: readonly string[], { say }: Context): Part {
  const points = names.map((name) => ({ name, point: pointOf(kind, name), header: say(pointOf(kind, name).label) }));
  const columns = points.map(({ name, header }) => `last(${column(name)}) AS ${identifier(header)}`).join(", ");
  const query = `SELECT ${columns} FROM ${raw(kind)} WHERE ${SCOPE} GROUP BY "device", "building"`;
  const panel = deviceRows(say(TEXTS.lastValues), say)
    .span(24)
    .height(9)
    .withTarget(influxQuery({ source: "raw", query, format: "table" }));
  for (const { point, header } of points) panel.overrideByName(header, look(point, say));
  return { panel, rows: 1 };
}

/** Which flags were up at any time, one row a device. */
export function flagTable(kind: DeviceKind, names: readonly string[], { say }: Context): Part {
  const points = names.map((name) => ({ name, header: say(pointOf(kind, name).label) }));
  const columns = points.map(({ name, header }) => `max(${column(name)}) AS ${identifier(header)}`).join(", ");
  const query = `SELECT ${columns} FROM ${raw(kind)} WHERE ${SCOPE} GROUP BY "device", "building"`;
  const panel = deviceRows(say(TEXTS.flags), say)
    .span(24)
    .height(9)
    .withTarget(influxQuery({ source: "raw", query, format: "table" }));
  const example = findPoint(kind, names[0] ?? "");
  for (const { header } of points) {
    panel.overrideByName(header, [
      { id: "mappings", value: example === undefined ? [] : valueWords(example, say) },
      { id: "thresholds", value: badFromOne().build() },
      { id: "custom.cellOptions", value: { type: "color-text" } },
    ]);
  }
  return { panel, rows: 1 };
}

/** Devices by their worst value of a point in this time. */
export function ranking(kind: DeviceKind, [name, end]: readonly [string, "max" | "min"], context: Context): Part {
  const { say } = context;
  const point = pointOf(kind, name);
  const title = `${say(point.label)}${say(end === "max" ? TEXTS.highest : TEXTS.lowest)}`;
  const query = `SELECT ${end}(${column(name)}) AS ${identifier(say(TEXTS.value))} FROM ${raw(kind)} WHERE ${SCOPE} GROUP BY "device", "building"`;
  const panel = deviceRows(title, say)
    .span(8)
    .height(8)
    .unit(unitOf(point))
    .sortBy([new TableSortByFieldStateBuilder().displayName(say(TEXTS.value)).desc(end === "max")])
    .withTarget(influxQuery({ source: "raw", query, format: "table" }));
  return { panel, rows: 1 };
}
