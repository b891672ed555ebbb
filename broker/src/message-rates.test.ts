import { expect, test } from "vitest";
import { MessageRates } from "./message-rates.ts";

test("what was saved up over ten seconds may go at once; then the rate holds, for each credential on its own", () => {
  const rates = new MessageRates(100);
  expect(rates.take("a", 1_000, 0)).toBe(0);
  expect(rates.take("a", 50, 0)).toBe(500);
  expect(rates.take("b", 50, 0)).toBe(0);
  expect(rates.take("a", 0, 500)).toBe(0);
  expect(rates.take("a", 100, 1_500)).toBe(0);
  expect(rates.take("a", 1, 1_500)).toBe(10);
});

test("a reconnect does not refill it, time does", () => {
  const rates = new MessageRates(100);
  rates.take("a", 1_100, 0);
  rates.prune(9_000);
  expect(rates.take("a", 901, 9_000)).toBeGreaterThan(0);
  rates.prune(40_000);
  expect(rates.take("a", 1_000, 40_000)).toBe(0);
});
