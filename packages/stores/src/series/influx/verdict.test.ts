import { describe, expect, test } from "vitest";
import { messageOf, retryAfterMs } from "./answer.ts";
import { verdictOf } from "./verdict.ts";

const OUTSIDE =
  "failure writing points to database: partial write: dropped 2 points outside retention policy of duration 1h0m0s - oldest point m,device=a at 2026-11-22T17:13:20.001Z dropped because it violates a Retention Policy Lower Bound at 2026-11-23T20:09:09.009Z, newest point m,device=a at 2026-11-22T17:13:20.002Z dropped because it violates a Retention Policy Lower Bound at 2026-11-23T20:09:09.009Z dropped=2 for database: cc5318c6aface784 for retention policy: autogen";
const CONFLICT =
  'field type conflict: input field "v" on measurement "m" is type string, already exists as type float dropped=2';
const column = { of: "column", measurement: "m", field: "v" };

/** As the servers were seen to word them: status and body. */
const ANSWERS: readonly [string, number, string, object][] = [
  ["stored", 204, "", { is: "stored" }],
  ["1.x: an answer of 200 that says something", 200, '{"error":"partial write: x"}', { is: "bad-lines" }],
  [
    "1.x: type conflict",
    400,
    JSON.stringify({ error: `partial write: ${CONFLICT}` }),
    { is: "bad-lines", blame: column, dropped: 2 },
  ],
  [
    "2.x: type conflict",
    422,
    JSON.stringify({
      code: "unprocessable entity",
      message: `failure writing points to database: partial write: ${CONFLICT}`,
    }),
    { is: "bad-lines", blame: column, dropped: 2 },
  ],
  [
    "1.x: too old",
    400,
    '{"error":"partial write: points beyond retention policy dropped=1"}',
    { is: "bad-lines", blame: { of: "age" }, dropped: 1 },
  ],
  [
    "2.x: too old",
    422,
    JSON.stringify({ code: "unprocessable entity", message: OUTSIDE }),
    { is: "bad-lines", blame: { of: "age" }, dropped: 2 },
  ],
  [
    "1.x: unparsable lines",
    400,
    `{"error":"partial write: unable to parse 'm v= 1': missing field value\\nunable to parse 'm q 1': invalid field format dropped=0"}`,
    { is: "bad-lines", blame: { of: "lines", texts: new Set(["m v= 1", "m q 1"]) }, dropped: 0 },
  ],
  [
    "2.x: unparsable line",
    400,
    `{"code":"invalid","message":"unable to parse 'm v= 1': missing field value"}`,
    { is: "bad-lines", blame: { of: "lines", texts: new Set(["m v= 1"]) }, dropped: undefined },
  ],
  [
    "3.x: unparsable line",
    400,
    '{"error":"partial write of line protocol occurred","data":[{"original_line":"m v=","line_number":2,"error_message":"no value"}]}',
    { is: "bad-lines", blame: { of: "lines", texts: new Set(["m v="]) } },
  ],
  [
    "1.x: too many series",
    400,
    '{"error":"partial write: max-series-per-database limit exceeded: (10) dropped=3"}',
    { is: "bad-lines", blame: { of: "series" }, dropped: 3 },
  ],
  [
    "1.x: too many values of a tag",
    400,
    `{"error":"partial write: max-values-per-tag limit exceeded (2/2): measurement=\\"m\\" tag=\\"device\\" value=\\"d\\" dropped=1"}`,
    { is: "bad-lines", blame: { of: "series" }, dropped: 1 },
  ],
  ["a 400 that nobody has seen", 400, "no", { is: "refused" }],
  ["1.x: too large", 413, '{"error":"Request Entity Too Large"}', { is: "too-large" }],
  ["2.x: a wrong token", 401, '{"code":"unauthorized","message":"unauthorized access"}', { is: "unavailable" }],
  [
    "2.x: a token that may only read",
    403,
    '{"code":"forbidden","message":"insufficient permissions for write"}',
    { is: "unavailable" },
  ],
  ["1.x: no database", 404, '{"error":"database not found: \\"x\\""}', { is: "unavailable" }],
  ["2.x: no bucket", 404, '{"code":"not found","message":"bucket \\"x\\" not found"}', { is: "unavailable" }],
  ["too many requests", 429, "", { is: "unavailable" }],
  ["overloaded", 503, "", { is: "unavailable" }],
  ["a proxy without a server", 502, "<html>Bad Gateway</html>", { is: "unavailable" }],
  ["1.x: a body cut off", 400, '{"error":"unexpected EOF"}', { is: "unavailable" }],
  [
    "2.x: a body cut off",
    500,
    '{"code":"internal error","message":"unable to read data: unexpected EOF"}',
    { is: "unavailable" },
  ],
  ["no InfluxDB: a page", 200, "<html>Welcome</html>", { is: "refused" }],
  ["no InfluxDB: moved", 301, "", { is: "unavailable" }],
  ["no InfluxDB: no such method", 405, "", { is: "unavailable" }],
];

test.each(ANSWERS)("%s", (_, status, body, verdict) => {
  expect(verdictOf({ status, message: messageOf(body) })).toMatchObject(verdict);
});

test.each([401, 403, 404])("%d says what somebody can do", (status) => {
  expect(verdictOf({ status, message: "" })).toMatchObject({ advice: expect.stringMatching(/LINLI_SERIES|give/) });
});

describe("Retry-After", () => {
  const now = Date.UTC(2026, 10, 23, 12);
  test.each([
    ["seconds", "120", 120_000],
    ["none at all", "0", 0],
    ["a date", "Mon, 23 Nov 2026 12:00:30 GMT", 30_000],
    ["a date that is over", "Mon, 23 Nov 2026 11:00:00 GMT", 0],
    ["nonsense", "soon", undefined],
    ["absent", undefined, undefined],
  ])("%s", (_, header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});
