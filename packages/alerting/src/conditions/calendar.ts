import { getPosition } from "suncalc";
import { isOpen, parseOpeningHours } from "../calendar/opening-hours.ts";
import { type Answer, type ConditionNode, type Look, NOTHING_READ } from "./node.ts";

const MINUTE_MS = 60_000;

/** Calendars change by the minute: asked again at the next one. */
function nextMinute(at: number): number {
  return at - (at % MINUTE_MS) + MINUTE_MS;
}

/** Whether the site's clock stands inside (or outside) of opening hours. Fails with `invalid` for none. */
export function openingHoursNode(text: string, wanted: "open" | "closed"): ConditionNode {
  const stretches = parseOpeningHours(text);
  return {
    reads: NOTHING_READ,
    answer({ at, view }: Look): Answer {
      const state = isOpen(stretches, at, view.site.timeZone) ? "open" : "closed";
      const fact = { what: "opening hours", value: state, asked: `${wanted} (${text})`, observedAt: null };
      return { truth: state === wanted, facts: [fact], due: nextMinute(at) };
    },
  };
}

/** The sun's elevation at the site, in degrees; unknown where the site has no position. */
export function sunNode({ above, below }: { above?: number | undefined; below?: number | undefined }): ConditionNode {
  return {
    reads: NOTHING_READ,
    answer({ at, view: { site } }: Look): Answer {
      if (site.latitude === undefined || site.longitude === undefined) return { truth: undefined, facts: [] };
      const { altitude } = getPosition(new Date(at), site.latitude, site.longitude);
      const truth = (above === undefined || altitude > above) && (below === undefined || altitude < below);
      const asked = [above !== undefined && `above ${above}`, below !== undefined && `below ${below}`];
      const fact = {
        what: "sun elevation",
        value: Math.round(altitude * 10) / 10,
        asked: asked.filter(Boolean).join(" and "),
        observedAt: null,
      };
      return { truth, facts: [fact], due: nextMinute(at) };
    },
  };
}
