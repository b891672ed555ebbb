import type { DeviceKind } from "@linli/model";
import { type Board, buildBoard, type Context, type Part, type Row } from "../board.ts";
import { raw } from "../influxql/measurements.ts";
import { TAGS } from "../influxql/scope.ts";
import { type Choice, choiceOf } from "../kinds/choice.ts";
import { flagTable, latestValues, ranking } from "../panels/device-table.ts";
import { connectionChanges, eventTable } from "../panels/happened.ts";
import { dailyIncrease, increase } from "../panels/increase.ts";
import { reporting } from "../panels/reporting.ts";
import { states } from "../panels/states.ts";
import { longTrend, trend } from "../panels/trend.ts";
import { annotations } from "../parts/annotations.ts";
import { boardsLink, webLink } from "../parts/links.ts";
import type { Source } from "../parts/sources.ts";
import { perVariable, sourceVariable, tagVariable, webVariable } from "../parts/variables.ts";
import { TEXTS } from "../texts.ts";

const SOURCES_USED: readonly Source[] = ["raw", "hours"];

function rowsOf(kind: DeviceKind, choice: Choice, context: Context): Row[] {
  const course: Part[] = [
    ...choice.states.map((name) => states(kind, name, context)),
    ...choice.trends.map((name) => trend(kind, name, context)),
    ...choice.increases.map((name) => increase(kind, name, context)),
  ];
  const now = [
    reporting(kind, choice, context),
    ...choice.rankings.map((end) => ranking(kind, end, context)),
    latestValues(kind, choice.latest, context),
    ...(choice.flags.length > 0 ? [flagTable(kind, choice.flags, context)] : []),
  ];
  const long = [
    ...choice.long.map((name) => longTrend(kind, name, context)),
    ...choice.increases.map((name) => dailyIncrease(kind, name, context)),
  ];
  const happened = [
    connectionChanges(kind.id, context),
    ...(Object.keys(kind.events).length > 0 ? [eventTable(kind, context)] : []),
  ];
  return [
    { title: TEXTS.now, parts: now },
    { title: TEXTS.course, parts: course },
    { title: TEXTS.longRange, parts: long },
    { title: TEXTS.happened, parts: happened },
  ];
}

/** The board of one kind of device. */
export function kindBoard(kind: DeviceKind, context: Context): Board {
  const { say, language } = context;
  const choice = choiceOf(kind);
  const tags = TAGS.filter((tag) => tag !== choice.per);
  return buildBoard(
    {
      id: kind.id,
      title: say(kind.label),
      description: say(TEXTS.kindAbout),
      from: "now-24h",
      rows: rowsOf(kind, choice, context),
      variables: [
        ...SOURCES_USED.map((source) => sourceVariable(source, say)),
        ...TAGS.map((tag) => tagVariable(tag, raw(kind), say)),
        perVariable([choice.per, ...tags.toReversed()], say),
        webVariable(say),
      ],
      annotations: annotations(kind.id, say),
      links: [boardsLink(language, say), webLink(kind.id, say)],
    },
    context,
  );
}
