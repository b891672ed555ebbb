import { formatDuration, seconds } from "@linli/model";
import type { Clock } from "@linli/runtime";
import { createProgressLine } from "../progress.ts";
import type { CopyDeps } from "./job.ts";
import { PARTS, type Part } from "./plan.ts";

const NAMES: Readonly<Record<Part, string>> = { raw: "readings", "5m": "5-minute roll-ups", "1h": "hourly roll-ups" };

function moment(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}

/** How long is left when the time covered so far took that long: nobody knows how many entries there are. */
function timeLeft(spentMs: number, [first, reached, end]: readonly [number, number, number]): string {
  if (reached <= first || reached >= end || spentMs < 1_000) return "";
  const leftMs = (spentMs * (end - reached)) / (reached - first);
  return `, about ${formatDuration(Math.max(seconds(1), Math.round(leftMs / 1_000) * 1_000))} left`;
}

/** The line that shows how a copy goes on. */
export function createCopyProgress(clock: Clock): { update: CopyDeps["progress"]; finish(): void } {
  const line = createProgressLine(clock);
  let stage: { name: string; startedAt: number; first: number; done: number } | undefined;
  let last = "";
  return {
    update(step, part, { done, reached, plan }) {
      const now = clock.monotonic();
      const name = `${step} ${NAMES[part]}`;
      // the first page says where the data begin
      if (stage?.name !== name) stage = { name, startedAt: now, first: reached, done };
      const { startedAt, first, done: before } = stage;
      last = `${name}: ${done.toLocaleString("en")} in all (${PARTS.indexOf(part) + 1} of ${PARTS.length})`;
      line.update(() => {
        const spent = now - startedAt;
        const rate = spent > 0 ? Math.round(((done - before) / spent) * 1_000) : 0;
        const end = Math.min(plan.to, part === "raw" ? clock.now() : plan.rawFrom);
        const left = timeLeft(spent, [first, reached, end]);
        return `${name} to ${moment(Math.min(reached, end))}: ${done.toLocaleString("en")}, ${rate.toLocaleString("en")}/s${left}`;
      });
    },
    finish() {
      if (last !== "") line.finish(last);
    },
  };
}
