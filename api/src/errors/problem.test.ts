import { ERROR_CODES, LinliError, problemDetailsSchema } from "@linli/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../testing/test-api.ts";
import { ApiError } from "./api-error.ts";
import { problemAnswer } from "./problem.ts";

describe("problem details", () => {
  it("have a status for every code", () => {
    const statuses = ERROR_CODES.map((code) => problemAnswer(new LinliError(code, "x"), "r").status);
    expect(statuses).toEqual([400, 401, 403, 404, 409, 413, 429, 503, 500, 500]);
  });

  it("say when to try again, and what is stored", () => {
    const error = new ApiError("conflict", "x", { current: { version: 3 }, retryAfterMs: 1_500 });
    expect(problemAnswer(error, "r")).toMatchObject({
      headers: { "retry-after": "2" },
      body: { current: { version: 3 } },
    });
  });

  it("tell nothing of a bug but the request's id", () => {
    const answer = problemAnswer(new TypeError("secret detail"), "request-7");
    expect(answer).toMatchObject({ status: 500, ourBug: true, body: { code: "internal", instance: "request-7" } });
    expect(JSON.stringify(answer.body)).not.toContain("secret");
  });
});

describe("every refusal", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await createTestApi();
  });
  afterAll(() => api.close());

  const json = { "content-type": "application/json" };
  it.each([
    ["an address that is none", "GET", "/api/v1/devices/%", {}, 400, "invalid"],
    ["an address far too long", "GET", `/api/v1/devices/${"x".repeat(500)}`, {}, 414, "invalid"],
    ["an unknown path", "GET", "/api/v1/nothing", {}, 404, "not-found"],
    ["broken JSON", "POST", "/api/v1/devices", { payload: "{", headers: json }, 400, "invalid"],
    [
      "a large body",
      "POST",
      "/api/v1/devices",
      { payload: `"${"x".repeat(2 << 20)}"`, headers: json },
      413,
      "too-large",
    ],
    [
      "another media type",
      "POST",
      "/api/v1/devices",
      { payload: "x", headers: { "content-type": "text/x" } },
      415,
      "invalid",
    ],
    ["an unknown query", "GET", "/api/v1/devices?colour=red", {}, 400, "invalid"],
    ["a page too large", "GET", "/api/v1/devices?limit=100000", {}, 400, "invalid"],
    ["a time that is none", "GET", "/api/v1/devices/dev-a/readings?from=yesterday", {}, 400, "invalid"],
    ["an id that is none", "GET", "/api/v1/devices/%20", {}, 404, "not-found"],
    ["a made-up cursor", "GET", "/api/v1/audit?after=made-up", {}, 400, "invalid"],
    ["prototype pollution", "POST", "/api/v1/devices", { payload: '{"__proto__":{}}', headers: json }, 400, "invalid"],
  ] as const)("of %s is a problem in the one form", async (_what, method, url, more, status, code) => {
    const answer = await api.call((await api.tokenFor("admin", null)) ?? "", method, url, more);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(problemDetailsSchema.safeParse(answer.body).success).toBe(true);
  });

  it("of too many sign-ins says when to try again", async () => {
    const login = { payload: { name: "x", password: "y" } };
    let answer = await api.call(undefined, "POST", "/api/v1/session", login);
    for (let n = 0; n < 70 && answer.status !== 429; n += 1)
      answer = await api.call(undefined, "POST", "/api/v1/session", login);
    expect(answer.body).toMatchObject({ status: 429, code: "rate-limited" });
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  });
});
