import { PanelBuilder as Stat } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { DEVICE_KINDS } from "@linli/model";
import { type Board, buildBoard, type Context, type Part } from "../board.ts";
import { rolledUp } from "../influxql/columns.ts";
import { hours, raw } from "../influxql/measurements.ts";
import { SCOPE, TAGS } from "../influxql/scope.ts";
import { choiceOf } from "../kinds/choice.ts";
import { ranking } from "../panels/device-table.ts";
import { connectionChanges, connectionNow } from "../panels/happened.ts";
import { reporting } from "../panels/reporting.ts";
import { longestSilence, refIdOf } from "../panels/silence.ts";
import { annotations } from "../parts/annotations.ts";
import { influxQuery } from "../parts/influx-query.ts";
import { boardsLink, webLink } from "../parts/links.ts";
import { promQuery } from "../parts/prom-query.ts";
import { type Source, sourceRef } from "../parts/sources.ts";
import { sourceVariable, tagVariable, webVariable } from "../parts/variables.ts";
import { TEXTS } from "../texts.ts";

const SOURCES_USED: readonly Source[] = ["raw", "fiveMinutes", "hours", "prometheus"];

const KINDS = [...DEVICE_KINDS.values()];

function storedPerMinute({ say }: Context): Part {
  const panel = new Stat()
    .title(say(TEXTS.readingsPerMinute))
    .datasource(sourceRef("prometheus"))
    .span(4)
    .height(4)
    .unit("short")
    .withTarget(promQuery("sum(rate(linli_ingest_archive_written[$__rate_interval])) * 60"));
  return { panel, rows: 1 };
}

function heartbeats({ say }: Context): Part {
  const panel = new PanelBuilder()
    .title(say(TEXTS.heartbeats))
    .datasource(sourceRef("hours"))
    .interval("1h")
    .span(12)
    .height(9)
    .unit("short");
  for (const [index, kind] of KINDS.entries()) {
    const counted = `SELECT sum(${rolledUp(choiceOf(kind).leading, "count")}) / 60 AS "readings" FROM ${hours(kind)}`;
    const query = `${counted} WHERE ${SCOPE} GROUP BY time(1h) fill(none)`;
    panel.withTarget(influxQuery({ source: "hours", query, alias: say(kind.label), refId: refIdOf(index) }));
  }
  return { panel, rows: 1 };
}

/** The first ranking of each kind, under the name of the kind. */
function worstOf(context: Context): Part[] {
  return KINDS.flatMap((kind) => {
    const [first] = choiceOf(kind).rankings;
    if (first === undefined) return [];
    const { panel, rows } = ranking(kind, first, context);
    const built = panel.build();
    const titled = { ...built, title: `${context.say(kind.label)} · ${built.title}` };
    return [{ panel: { build: () => titled }, rows }];
  });
}

/** The whole neighbourhood at a glance. */
export function overviewBoard(context: Context): Board {
  const { say, language } = context;
  const everyKind = KINDS.map(raw).join(", ");
  return buildBoard(
    {
      id: "overview",
      title: say(TEXTS.overview),
      description: say(TEXTS.overviewAbout),
      from: "now-24h",
      rows: [
        {
          title: TEXTS.reporting,
          parts: [
            ...KINDS.map((kind) => reporting(kind, choiceOf(kind), context, say(kind.label))),
            storedPerMinute(context),
          ],
        },
        {
          title: TEXTS.silent,
          parts: [
            connectionNow(context),
            longestSilence(context),
            connectionChanges(undefined, context),
            heartbeats(context),
          ],
        },
        { title: TEXTS.worst, parts: worstOf(context) },
      ],
      variables: [
        ...SOURCES_USED.map((source) => sourceVariable(source, say)),
        ...TAGS.map((tag) => tagVariable(tag, everyKind, say)),
        webVariable(say),
      ],
      annotations: annotations(undefined, say),
      links: [boardsLink(language, say), webLink(undefined, say)],
    },
    context,
  );
}
