import type { Migration } from "kysely/migration";
import { up as initial } from "./001-initial.ts";
import { up as deadLetterBytes } from "./002-dead-letter-bytes.ts";
import { up as historyOrder } from "./003-history-order.ts";
import { up as alerts } from "./004-alerts.ts";

/** Every step from an empty file to today's schema, in order. A released step never changes; add one below. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "001-initial": { up: initial },
  "002-dead-letter-bytes": { up: deadLetterBytes },
  "003-history-order": { up: historyOrder },
  "004-alerts": { up: alerts },
};

/** The schema that this version writes: the name of its last step. */
export const SCHEMA_VERSION = Object.keys(MIGRATIONS).toSorted().at(-1) ?? "";
