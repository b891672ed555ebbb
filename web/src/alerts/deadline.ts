import type { AlertItem } from "@linli/model";

/** What has to happen next, and by when; epoch ms. */
export interface Deadline {
  readonly what: "acknowledge" | "arrive" | "fix";
  readonly from: number;
  readonly at: number;
}

/** The next promise of an open alert; undefined when it has none, or asks nobody. */
export function deadlineOf({
  alert,
  care,
  targets,
}: Pick<AlertItem, "alert" | "care" | "targets">): Deadline | undefined {
  if (!alert.active || care?.suppressed?.by === "informational") return undefined;
  const what = !care?.acknowledgedAt ? "acknowledge" : care.arrivedAt === null ? "arrive" : "fix";
  const within = targets[what];
  return within === null ? undefined : { what, from: alert.openedAt, at: alert.openedAt + within };
}
