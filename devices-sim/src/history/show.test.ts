import { expect, it } from "vitest";
import { showPast } from "./show.ts";

const DAY = 86_400_000;
const from = Date.UTC(2026, 5, 1);
const counts = {
  devices: 3,
  sessions: 1,
  refused: 0,
  from,
  at: from + DAY,
  until: from + 4 * DAY,
  readings: 5_000,
  values: 40_000,
  events: 12,
  acknowledged: 200,
  pending: 3,
  dropped: 0,
};

it("says how far the past is, how fast it goes and how long the rest takes", () => {
  expect(showPast(counts, 30_000)).toBe(
    "2026-06-02T00:00Z (25 %), 5000 readings in 200 messages acknowledged, 7/s, 1:30 min left",
  );
});

it("names what went wrong, and promises nothing when it is over or has not begun", () => {
  expect(showPast({ ...counts, at: counts.until, refused: 2, dropped: 1 }, 60_000)).toBe(
    "2026-06-05T00:00Z (100 %), 5000 readings in 200 messages acknowledged, 3/s, 2 logins refused, 1 dropped",
  );
  expect(showPast({ ...counts, at: from, acknowledged: 0, readings: 0 }, 0)).toBe(
    "2026-06-01T00:00Z (0 %), 0 readings in 0 messages acknowledged, 0/s",
  );
});
