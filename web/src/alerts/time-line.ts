import type { AlertAction, AlertDetail } from "@linli/model";

type Change = AlertDetail["timeLine"]["changes"][number];

/** Something that was decided about an alert, or done. */
export type Moment =
  | { readonly key: string; readonly at: number; readonly change: Change }
  | { readonly key: string; readonly at: number; readonly action: AlertAction };

/** Both in one order, newest first; that it was seen again says nothing to people. */
export function momentsOf({ changes, actions }: Pick<AlertDetail["timeLine"], "changes" | "actions">): Moment[] {
  const decided = changes
    .filter(({ change }) => change !== "seen")
    .map((change): Moment => ({ key: change.key, at: change.at, change }));
  const done = actions.map((action): Moment => ({ key: `action:${action.seq}`, at: action.at, action }));
  return [...decided, ...done].toSorted((a, b) => b.at - a.at);
}
