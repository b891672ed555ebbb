import {
  GraphDrawStyle,
  StackingConfigBuilder,
  StackingMode,
  TableSortByFieldStateBuilder,
  VisibilityMode,
} from "@grafana/grafana-foundation-sdk/common";
import { MappingType, type ValueMapping } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as Lanes } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as Bars } from "@grafana/grafana-foundation-sdk/timeseries";
import { type Connection, DEVICE_KINDS, type DeviceKind } from "@linli/model";
import { identifier } from "@linli/stores/influx-schema";
import type { Context, Part } from "../board.ts";
import { EVENT, ofKind, oneOf, TRANSITION } from "../influxql/happenings.ts";
import { SCOPE } from "../influxql/scope.ts";
import type { Say } from "../language.ts";
import { influxQuery } from "../parts/influx-query.ts";
import { deviceLink } from "../parts/links.ts";
import { sourceRef } from "../parts/sources.ts";
import { TEXTS } from "../texts.ts";
import { deviceRows } from "./device-table.ts";
import { COLOURS } from "./panel-facts.ts";

const CONNECTION_COLOURS: Readonly<Record<Connection, string>> = {
  online: COLOURS.good,
  late: COLOURS.warn,
  offline: COLOURS.bad,
  sleeping: COLOURS.calm,
  unknown: COLOURS.plain,
};

function connectionWords(say: Say): ValueMapping[] {
  const options = Object.entries(CONNECTION_COLOURS).map(([state, color], index) => {
    return [state, { text: say(TEXTS[state as Connection]), color, index }] as const;
  });
  return [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }];
}

/** Words for every event type of these kinds. */
function eventWords(kinds: Iterable<DeviceKind>, say: Say): ValueMapping[] {
  const options = [...kinds].flatMap(({ events }) =>
    Object.entries(events).map(([type, { label }]) => [type, { text: say(label) }] as const),
  );
  return options.length === 0 ? [] : [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }];
}

const CONNECTION = `"type" = 'connection'`;

/** Changes of connection, newest first, as they came. */
export function connectionChanges(kind: string | undefined, { say }: Context): Part {
  const query = `SELECT "from:text", "state", "reason:text", "device", "building", "kind" FROM ${TRANSITION} WHERE ${SCOPE}${ofKind(kind)} AND ${CONNECTION}`;
  const panel = deviceRows(say(TEXTS.connections), say)
    .span(12)
    .height(9)
    .overrideByName("Time", [
      { id: "custom.hidden", value: false },
      { id: "displayName", value: say(TEXTS.time) },
    ])
    .overrideByName("state", [
      { id: "displayName", value: say(TEXTS.state) },
      { id: "mappings", value: connectionWords(say) },
    ])
    .overrideByName("from:text", [{ id: "mappings", value: connectionWords(say) }])
    .overrideByName("reason:text", [{ id: "displayName", value: say(TEXTS.reason) }])
    .sortBy([new TableSortByFieldStateBuilder().displayName(say(TEXTS.time)).desc(true)])
    .withTarget(influxQuery({ source: "raw", query, format: "table" }));
  return { panel, rows: 1 };
}

/** What each device's connection last became in this time; what is not online stands first. */
export function connectionNow({ say }: Context): Part {
  const query = `SELECT last("from:text") AS ${identifier("from")}, "state" FROM ${TRANSITION} WHERE ${SCOPE} AND ${CONNECTION} GROUP BY "device", "building", "kind"`;
  const panel = deviceRows(say(TEXTS.connectionNow), say)
    .span(12)
    .height(9)
    .overrideByName("Time", [
      { id: "custom.hidden", value: false },
      { id: "displayName", value: say(TEXTS.time) },
    ])
    .overrideByName("from", [{ id: "custom.hidden", value: true }])
    .overrideByName("state", [
      { id: "displayName", value: say(TEXTS.state) },
      { id: "mappings", value: connectionWords(say) },
      { id: "custom.cellOptions", value: { type: "color-text" } },
    ])
    .sortBy([new TableSortByFieldStateBuilder().displayName(say(TEXTS.state)).desc(false)])
    .withTarget(influxQuery({ source: "raw", query, format: "table" }));
  return { panel, rows: 1 };
}

/** Lanes of online, late and offline, one for each device that changed. */
export function connectionLanes(kind: string | undefined, { say }: Context): Part {
  const query = `SELECT "from:text", "state" FROM ${TRANSITION} WHERE ${SCOPE}${ofKind(kind)} AND ${CONNECTION} GROUP BY "device"`;
  const panel = new Lanes()
    .title(say(TEXTS.timeline))
    .datasource(sourceRef("raw"))
    .span(24)
    .height(12)
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .perPage(25)
    .mappings(connectionWords(say))
    // A query needs a field beside the tag that it is after.
    .withTransformation({ id: "filterFieldsByName", options: { exclude: { pattern: "/from:text$/" } } })
    .withTransformation({ id: "renameByRegex", options: { regex: "^(.*) state$", renamePattern: "$1" } })
    .dataLinks([deviceLink(say, "label")])
    .withTarget(influxQuery({ source: "raw", query, alias: "$tag_device $col" }));
  return { panel, rows: 1 };
}

interface Counted {
  readonly title: string;
  readonly measurement: string;
  readonly condition: string;
  readonly tag: string;
  readonly rows: number;
}

/** How often something happened, as bars over time, one colour for each value of a tag. */
export function happenedOverTime({ title, measurement, condition, tag, rows }: Counted, { say }: Context): Part {
  const query = `SELECT count("happened") FROM ${measurement} WHERE ${SCOPE}${condition} GROUP BY time($__interval), "${tag}" fill(none)`;
  const panel = new Bars()
    .title(title)
    .datasource(sourceRef("raw"))
    .span(12)
    .height(8)
    .unit("short")
    .interval("1h")
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(60)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .mappings(eventWords(DEVICE_KINDS.values(), say))
    .withTarget(influxQuery({ source: "raw", query, alias: `$tag_${tag}` }));
  return { panel, rows };
}

/** How often, as a table, most first. */
export function happenedBy({ title, measurement, condition, tag, rows }: Counted, { say }: Context): Part {
  const count = say(TEXTS.number);
  const query = `SELECT count("happened") AS ${identifier(count)} FROM ${measurement} WHERE ${SCOPE}${condition} GROUP BY "${tag}"`;
  const panel = deviceRows(title, say)
    .span(8)
    .height(8)
    .sortBy([new TableSortByFieldStateBuilder().displayName(count).desc(true)])
    .overrideByName("type", [{ id: "mappings", value: eventWords(DEVICE_KINDS.values(), say) }])
    .withTarget(influxQuery({ source: "raw", query, format: "table" }));
  return { panel, rows };
}

/** The events of a kind, or those of all kinds that say that something is broken. */
export function eventTable(kind: DeviceKind | undefined, { say }: Context): Part {
  const kinds = kind === undefined ? [...DEVICE_KINDS.values()] : [kind];
  const faults = kinds.flatMap(({ events }) =>
    Object.entries(events).flatMap(([type, { fault }]) => (fault ? [type] : [])),
  );
  const which = kind === undefined ? ` AND "type" =~ ${oneOf([...new Set(faults)])}` : ofKind(kind.id);
  const query = `SELECT "happened", "type", "device", "building", "kind" FROM ${EVENT} WHERE ${SCOPE}${which}`;
  const panel = deviceRows(say(kind === undefined ? TEXTS.faultEvents : TEXTS.events), say)
    .span(12)
    .height(9)
    .overrideByName("Time", [
      { id: "custom.hidden", value: false },
      { id: "displayName", value: say(TEXTS.time) },
    ])
    .overrideByName("happened", [{ id: "custom.hidden", value: true }])
    .overrideByName("type", [
      { id: "displayName", value: say(TEXTS.type) },
      { id: "mappings", value: eventWords(kinds, say) },
    ])
    .sortBy([new TableSortByFieldStateBuilder().displayName(say(TEXTS.time)).desc(true)])
    .withTarget(influxQuery({ source: "raw", query, format: "table" }));
  // Most kinds report events on bad days only.
  return { panel, rows: 0 };
}
