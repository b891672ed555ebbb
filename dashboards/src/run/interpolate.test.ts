import { expect, test } from "vitest";
import { interpolate } from "./interpolate.ts";

const values = { from: 1_000, to: 61_000, interval: "10s" };

test("time, interval and what is chosen stand in the query", () => {
  const text = `SELECT mean("a") FROM "b" WHERE $timeFilter AND "device" =~ /^$device$/ GROUP BY time($__interval), "$per"`;
  expect(interpolate({ text }, { ...values, chosen: { device: ["lift-1", "a.b"], per: "building" } })).toBe(
    `SELECT mean("a") FROM "b" WHERE time >= 1000ms AND time <= 61000ms AND "device" =~ /^(lift-1|a\\.b)$/ GROUP BY time(10s), "building"`,
  );
});

test("nothing chosen is everything, also what has no such tag", () => {
  expect(interpolate({ text: `"building" =~ /^$building$/` }, values)).toBe(`"building" =~ /^.*$/`);
});

test("a panel's own interval widens the given one and never narrows it", () => {
  expect(interpolate({ text: "$__interval", interval: "1h" }, values)).toBe("1h");
  expect(interpolate({ text: "$__interval", interval: "1s" }, values)).toBe("10s");
});

test("the end of the board's time can be computed with", () => {
  expect(interpolate({ text: "time > ${__to}ms - 5m" }, values)).toBe("time > 61000ms - 5m");
});

test("a variable that no board has is an error", () => {
  expect(() => interpolate({ text: "$gone" }, values)).toThrow("nothing stands for $gone");
});
