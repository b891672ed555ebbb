import { expect, test } from "vitest";
import { isAllWell } from "./dead-man.ts";

test("all is well only when a look of the last seconds found nothing", () => {
  expect(isAllWell({ openFaults: 0, lookedAt: 1_000 }, 2_000)).toBe(true);
  expect(isAllWell({ openFaults: 1, lookedAt: 1_000 }, 2_000)).toBe(false);
  expect(isAllWell({ openFaults: 0, lookedAt: undefined }, 2_000)).toBe(false);
  expect(isAllWell({ openFaults: 0, lookedAt: 1_000 }, 60_000)).toBe(false);
});
