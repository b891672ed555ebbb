import { getPosition } from "suncalc";
import { isOpen, parseOpeningHours } from "../calendar/opening-hours.ts";
import { type Answer, type ConditionNode, type Look, NEVER_REPORTED, NOTHING_READ } from "./node.ts";

const MINUTE_MS = 60_000;
const READS = { ...NOTHING_READ, timed: true };

/** Calendars change by the minute: asked again at the next one. */
function nextMinute(at: number): number {
  return at - (at % MINUTE_MS) + MINUTE_MS;
}

/** Whether the site's clock stands inside (or outside) of opening hours. Fails with `invalid` for none. */
export function openingHoursNode(text: string, wanted: "open" | "closed"): ConditionNode {
  const stretches = parseOpeningHours(text);
  const asked = `${wanted} (${text})`;
  return {
    reads: READS,
    answer({ at, view }: Look): Answer {
      const state = isOpen(stretches, at, view.site.timeZone) ? "open" : "closed";
      return {
        truth: state === wanted,
        facts: () => [{ what: "opening hours", value: state, asked, observedAt: null }],
        due: nextMinute(at),
      };
    },
  };
}

/** The sun's elevation at the site, in degrees; not applicable where the site has no position. */
export function sunNode({ above, below }: { above?: number | undefined; below?: number | undefined }): ConditionNode {
  const asked = [above !== undefined && `above ${above}`, below !== undefined && `below ${below}`]
    .filter(Boolean)
    .join(" and ");
  return {
    reads: READS,
    answer({ at, view: { site } }: Look): Answer {
      if (site.latitude === undefined || site.longitude === undefined) return NEVER_REPORTED;
      const { altitude } = getPosition(new Date(at), site.latitude, site.longitude);
      const value = Math.round(altitude * 10) / 10;
      return {
        truth: (above === undefined || altitude > above) && (below === undefined || altitude < below),
        facts: () => [{ what: "sun elevation", value, asked, observedAt: null }],
        due: nextMinute(at),
      };
    },
  };
}
