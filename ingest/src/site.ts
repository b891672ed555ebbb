import type { Site } from "@linli/alerting";
import type { Settings } from "@linli/runtime";

/** Where and when it is for rules about opening hours and the sun. */
export function siteOf(settings: Settings): Site {
  const { LINLI_TIME_ZONE: timeZone, LINLI_LATITUDE: latitude, LINLI_LONGITUDE: longitude } = settings;
  return { timeZone, latitude, longitude };
}
