import type { PastCounts } from "./past.ts";

const MINUTE = 60_000;

/** `1:05 h`, `3:20 min`, `8 s`. */
function roughly(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const two = (count: number) => String(count).padStart(2, "0");
  return minutes < 60 ? `${minutes}:${two(seconds % 60)} min` : `${Math.floor(minutes / 60)}:${two(minutes % 60)} h`;
}

/** One line: how far the past is, what it took, and how long the rest takes when it goes on like this. */
export function showPast(counts: PastCounts, elapsedMs: number): string {
  const { from, at, until, acknowledged, readings, refused, dropped } = counts;
  const share = until > from ? (at - from) / (until - from) : 1;
  const perSecond = elapsedMs > 0 ? Math.round((acknowledged / elapsedMs) * 1_000) : 0;
  const left = share > 0 && share < 1 ? `, ${roughly((elapsedMs / share) * (1 - share))} left` : "";
  return (
    `${new Date(Math.floor(at / MINUTE) * MINUTE).toISOString().slice(0, 16)}Z (${Math.floor(share * 100)} %), ` +
    `${readings} readings in ${acknowledged} messages acknowledged, ${perSecond}/s${left}` +
    (refused > 0 ? `, ${refused} logins refused` : "") +
    (dropped > 0 ? `, ${dropped} dropped` : "")
  );
}
