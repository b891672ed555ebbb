import { DEVICE_KINDS } from "@linli/model";
import { type Board, buildBoard, type Context } from "../board.ts";
import { EVENT, TRANSITION } from "../influxql/happenings.ts";
import { TAGS } from "../influxql/scope.ts";
import { connectionChanges, connectionLanes, eventTable, happenedBy, happenedOverTime } from "../panels/happened.ts";
import { longestSilence } from "../panels/silence.ts";
import { annotations } from "../parts/annotations.ts";
import { boardsLink, webLink } from "../parts/links.ts";
import type { Source } from "../parts/sources.ts";
import { sourceVariable, tagVariable, webVariable } from "../parts/variables.ts";
import { TEXTS } from "../texts.ts";

const SOURCES_USED: readonly Source[] = ["raw", "fiveMinutes"];
const OUTAGE = ` AND "type" = 'connection' AND "state" = 'offline'`;
const ALERT = ` AND "type" != 'connection'`;

/** What happened: outages, transitions of alerts, events. */
export function historyBoard(context: Context): Board {
  const { say, language } = context;
  const outages = (title: string, tag: string) =>
    happenedBy({ title, measurement: TRANSITION, condition: OUTAGE, tag, rows: 1 }, context);
  return buildBoard(
    {
      id: "history",
      title: say(TEXTS.history),
      description: say(TEXTS.historyAbout),
      from: "now-7d",
      rows: [
        {
          title: TEXTS.outages,
          parts: [
            outages(say(TEXTS.outagesByBuilding), "building"),
            outages(say(TEXTS.outagesByKind), "kind"),
            outages(say(TEXTS.outagesByDevice), "device"),
            connectionChanges(undefined, context),
            longestSilence(context),
            connectionLanes(undefined, context),
          ],
        },
        {
          title: TEXTS.alertTransitions,
          parts: [
            happenedOverTime(
              { title: say(TEXTS.transitionsByType), measurement: TRANSITION, condition: "", tag: "type", rows: 1 },
              context,
            ),
            // No rule has fired, or there are none: rightly empty.
            happenedOverTime(
              { title: say(TEXTS.alertTransitions), measurement: TRANSITION, condition: ALERT, tag: "type", rows: 0 },
              context,
            ),
          ],
        },
        {
          title: TEXTS.happened,
          parts: [
            happenedOverTime(
              { title: say(TEXTS.eventsByType), measurement: EVENT, condition: "", tag: "type", rows: 1 },
              context,
            ),
            eventTable(undefined, context),
          ],
        },
      ],
      variables: [
        ...SOURCES_USED.map((source) => sourceVariable(source, say)),
        ...TAGS.map((tag) => tagVariable(tag, [...DEVICE_KINDS.keys()].map((id) => `"${id}"`).join(", "), say)),
        webVariable(say),
      ],
      annotations: annotations(undefined, say),
      links: [boardsLink(language, say), webLink(undefined, say)],
    },
    context,
  );
}
