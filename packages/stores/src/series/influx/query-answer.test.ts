import { describe, expect, test } from "vitest";
import { queryFailure } from "./query-answer.ts";

/** As InfluxDB 1.6.7 and 2.7.12 say it. */
const OURS = [
  "unsupported mean iterator type: *query.stringInterruptIterator",
  "error parsing query: found FROM, expected identifier, string, number, bool at line 1, char 13",
  "failed to parse query: found FROM, expected identifier, string, number, bool at line 1, char 13",
  "mixing aggregate and non-aggregate queries is not supported",
  "invalid number of arguments for percentile, expected 2, got 1",
  "undefined function foo()",
  "not implemented: DROP SERIES",
];

const THEIRS = [
  "unexpected EOF",
  "engine: error reading block: invalid checksum, expected 3f, got 00",
  "open /var/lib/influxdb/data/x/1.tsm: invalid argument",
  "timeout: engine must be open",
  "shard 12 is disabled",
  "query-timeout limit exceeded",
];

describe("a query that was not carried out", () => {
  test.each(OURS)("is at fault itself: %s", (message) => {
    expect(queryFailure(message).code).toBe("invalid");
  });

  test.each(THEIRS)("met a server that is ill: %s", (message) => {
    expect(queryFailure(message).code).toBe("unavailable");
    expect(queryFailure(message, 500).code).toBe("unavailable");
  });

  test("says nothing of itself where the server failed", () => {
    expect(queryFailure("failed to parse query: out of memory", 500).code).toBe("unavailable");
  });

  test.each([
    ['database not found: "x"', 200, "not-found"],
    ["no dbrp mapping found", 404, "not-found"],
    ["authorization failed", 200, "unavailable"],
    ["unauthorized", 401, "unavailable"],
  ])("has its code: %s, %i", (message, status, code) => {
    expect(queryFailure(message, status)).toMatchObject({ code });
  });
});
