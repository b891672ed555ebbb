import { isLinliError } from "@linli/model";
import { describe, expect, it } from "vitest";
import { readSettings } from "./settings.ts";

function problemsFor(environment: Record<string, string>) {
  try {
    readSettings(environment);
  } catch (error) {
    if (isLinliError(error, "invalid")) return error.problems;
    throw error;
  }
  return [];
}

describe("readSettings", () => {
  it("has a working default for everything", () => {
    const settings = readSettings({});
    expect(settings).toMatchObject({
      LINLI_HOST: "127.0.0.1",
      LINLI_HTTP_PORT: 8080,
      LINLI_MQTT_PORT: 1883,
      LINLI_DEMO: true,
    });
    expect(settings.LINLI_RETENTION_RAW).toBe(90 * 86_400_000);
  });

  it("lists every problem at once, with the value, and no secret", () => {
    const problems = problemsFor({
      LINLI_HTTP_PORT: "70000",
      LINLI_RETENTION_RAW: "ninety days",
      LINLI_BOOTSTRAP_TOKEN: "short",
    });
    expect(problems.map((problem) => problem.field).sort()).toEqual([
      "LINLI_BOOTSTRAP_TOKEN",
      "LINLI_HTTP_PORT",
      "LINLI_RETENTION_RAW",
    ]);
    expect(problems.find((problem) => problem.field === "LINLI_HTTP_PORT")?.value).toBe("70000");
    expect(JSON.stringify(problems)).not.toContain("short");
  });

  it("refuses a bootstrap token that no request could carry", () => {
    const problems = problemsFor({ LINLI_BOOTSTRAP_TOKEN: "thirty-two characters, but spaced" });
    expect(problems).toMatchObject([{ field: "LINLI_BOOTSTRAP_TOKEN" }]);
  });

  it("names a misspelt setting instead of ignoring it", () => {
    expect(problemsFor({ LINLI_HTTP_PROT: "80" })).toMatchObject([{ field: "LINLI_HTTP_PROT" }]);
  });

  it("takes an empty variable for one that is not set", () => {
    expect(readSettings({ LINLI_MQTTS_PORT: "" }).LINLI_MQTTS_PORT).toBeUndefined();
  });
});
