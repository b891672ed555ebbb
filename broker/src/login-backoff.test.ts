import { expect, test } from "vitest";
import { LoginBackoff } from "./login-backoff.ts";

test("a few failures cost nothing, more cost more, up to three seconds, for that address alone", () => {
  const backoff = new LoginBackoff();
  const delays = Array.from({ length: 12 }, (_, n) => backoff.failed("10.0.0.1", n));
  expect(delays).toEqual([0, 0, 0, 0, 0, 100, 200, 400, 800, 1_600, 3_000, 3_000]);
  expect(backoff.failed("10.0.0.2", 12)).toBe(0);
});

test("a minute without a failure is a new beginning", () => {
  const backoff = new LoginBackoff();
  for (let n = 0; n < 8; n++) backoff.failed("10.0.0.1", n);
  expect(backoff.failed("10.0.0.1", 60_100)).toBe(0);
});
