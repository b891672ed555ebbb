import { BigValueColorMode, BigValueGraphMode } from "@grafana/grafana-foundation-sdk/common";
import { DashboardLinkBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/stat";
import type { DeviceKind } from "@linli/model";
import type { Context, Part } from "../board.ts";
import { column } from "../influxql/columns.ts";
import { raw } from "../influxql/measurements.ts";
import { SCOPE } from "../influxql/scope.ts";
import type { Choice } from "../kinds/choice.ts";
import { uidOf } from "../language.ts";
import { influxQuery } from "../parts/influx-query.ts";
import { sourceRef } from "../parts/sources.ts";
import { TEXTS } from "../texts.ts";
import { COLOURS, plainThresholds } from "./panel-facts.ts";

/**
 * How many devices have told their leading point within what counts as offline, up to the end of the board's time (so
 * that it also answers for a time past).
 */
function reportingQuery(kind: DeviceKind, { leading }: Choice): string {
  const scope = SCOPE.replace("$timeFilter", `time > \${__to}ms - ${kind.offlineAfter}ms AND time <= \${__to}ms`);
  const each = `SELECT last(${column(leading)}) AS "newest" FROM ${raw(kind)} WHERE ${scope} GROUP BY "device"`;
  return `SELECT count("newest") FROM (${each})`;
}

/** Devices reporting; a click opens the board of the kind. */
export function reporting(kind: DeviceKind, choice: Choice, { say, language }: Context, title?: string): Part {
  const link = new DashboardLinkBuilder(say(TEXTS.kindBoard)).url(
    `/d/${uidOf(language, kind.id)}?\${__url_time_range}&\${community:queryparam}&\${compound:queryparam}`,
  );
  const panel = new PanelBuilder()
    .title(title ?? say(TEXTS.reporting))
    .datasource(sourceRef("raw"))
    .span(4)
    .height(4)
    .unit("none")
    .noValue("0")
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.None)
    .thresholds(plainThresholds(COLOURS.calm))
    .dataLinks([link])
    .withTarget(influxQuery({ source: "raw", query: reportingQuery(kind, choice), alias: say(kind.label) }));
  return { panel, rows: 1 };
}
