import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import { type AnnotationQuery, AnnotationQueryBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { EVENT, ofKind, TRANSITION } from "../influxql/happenings.ts";
import { SCOPE } from "../influxql/scope.ts";
import type { Say } from "../language.ts";
import { COLOURS } from "../panels/panel-facts.ts";
import { TEXTS } from "../texts.ts";
import { influxQuery } from "./influx-query.ts";
import { sourceRef } from "./sources.ts";

interface Marked {
  readonly name: string;
  readonly colour: string;
  readonly enabled: boolean;
  readonly query: string;
  /** The column that is the text of a mark, and those that are its tags. */
  readonly text: string;
  readonly tags: string;
}

function annotation({ name, colour, enabled, query, text, tags }: Marked): Builder<AnnotationQuery> {
  const target = influxQuery({ source: "raw", query, format: "table", refId: "Anno" }).build();
  const columns = { fromAnnotations: true, textColumn: text, tagsColumn: tags };
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(sourceRef("raw"))
    .enable(enabled)
    .iconColor(colour)
    .target({ build: () => ({ ...target, ...columns }) });
}

/** Marks on every chart: what devices reported, and when one went silent, came back, or an alert changed. */
export function annotations(kind: string | undefined, say: Say): Builder<AnnotationQuery>[] {
  const scope = `${SCOPE}${ofKind(kind)}`;
  return [
    annotation({
      name: say(TEXTS.events),
      colour: COLOURS.bad,
      enabled: kind !== undefined,
      query: `SELECT "happened", "type", "device" FROM ${EVENT} WHERE ${scope}`,
      text: "type",
      tags: "device",
    }),
    annotation({
      name: say(TEXTS.connections),
      colour: COLOURS.warn,
      enabled: false,
      query: `SELECT "reason:text", "type", "state", "device" FROM ${TRANSITION} WHERE ${scope} AND "type" = 'connection'`,
      text: "device",
      tags: "state,reason:text",
    }),
    annotation({
      name: say(TEXTS.alertTransitions),
      colour: COLOURS.bad,
      enabled: true,
      query: `SELECT "happened", "type", "state", "device" FROM ${TRANSITION} WHERE ${scope} AND "type" != 'connection'`,
      text: "type",
      tags: "device,state",
    }),
  ];
}
