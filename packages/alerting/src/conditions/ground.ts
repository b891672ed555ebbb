import type { DeviceView } from "../signal.ts";
import { type Answer, type Ground, NO_GROUND, sooner } from "./node.ts";

/** What an answer stands on, through all its parts. Worked out only while something waits for it to last. */
export function groundOf({ parts, decidedBy, ground }: Answer, view: DeviceView): Ground {
  if (parts === undefined) return ground?.(view) ?? NO_GROUND;
  const deciding = parts.filter(({ truth }) => truth === decidedBy);
  const all = (deciding.length > 0 ? deciding : parts).map((part) => groundOf(part, view));
  // each of these would do alone: what stands until something says otherwise needs no confirmation by another one
  const sure = deciding.length > 0 ? all.find((one) => one === "silence" || one.length === 0) : undefined;
  if (sure !== undefined) return sure;
  // while the device is silent nothing of it is measured again
  return all.includes("silence") ? "silence" : all.flat();
}

/** When a part of an answer may be another one, though the whole may not: it may stand on something else then. */
export function stirsAt({ parts, due }: Answer): number | undefined {
  if (parts === undefined) return due;
  let moment: number | undefined;
  for (const part of parts) moment = sooner(moment, stirsAt(part));
  return moment;
}
