import { TableSortByFieldStateBuilder } from "@grafana/grafana-foundation-sdk/common";
import { Minutes } from "@grafana/grafana-foundation-sdk/units";
import { DEVICE_KINDS } from "@linli/model";
import { identifier } from "@linli/stores/influx-schema";
import type { Context, Part } from "../board.ts";
import { rolledUp } from "../influxql/columns.ts";
import { fiveMinutes } from "../influxql/measurements.ts";
import { SCOPE } from "../influxql/scope.ts";
import { choiceOf } from "../kinds/choice.ts";
import { influxQuery } from "../parts/influx-query.ts";
import { sourceRef } from "../parts/sources.ts";
import { TEXTS } from "../texts.ts";
import { deviceRows } from "./device-table.ts";

/** Longest time without a leading reading, by device and to five minutes: outages by the data itself. */
export function longestSilence({ say }: Context): Part {
  const minutes = say(TEXTS.longestSilence);
  const panel = deviceRows(minutes, say)
    .datasource(sourceRef("fiveMinutes"))
    .span(12)
    .height(9)
    .unit(Minutes)
    .sortBy([new TableSortByFieldStateBuilder().displayName(minutes).desc(true)])
    .withTransformation({ id: "merge", options: {} });
  for (const [index, kind] of [...DEVICE_KINDS.values()].entries()) {
    const own = `SELECT elapsed(${rolledUp(choiceOf(kind).leading, "count")}, 1m) AS "silent" FROM ${fiveMinutes(kind)} WHERE ${SCOPE} GROUP BY "device", "building"`;
    const query = `SELECT max("silent") AS ${identifier(minutes)} FROM (${own}) WHERE $timeFilter GROUP BY "device", "building"`;
    panel.withTarget(influxQuery({ source: "fiveMinutes", query, format: "table", refId: refIdOf(index) }));
  }
  return { panel, rows: 1 };
}

/** A to Z, then A1 and on. */
export function refIdOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letter}${Math.floor(index / 26)}`;
}
