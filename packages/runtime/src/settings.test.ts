import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isLinliError } from "@linli/model";
import { afterAll, describe, expect, it } from "vitest";
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

  it("takes addresses and networks for trusted proxies, and nothing that could be a name", () => {
    const networks = "loopback, 10.0.0.0/8, fd00::/8, 192.0.2.7";
    expect(readSettings({ LINLI_TRUSTED_PROXIES: networks }).LINLI_TRUSTED_PROXIES).toBe(networks);
    for (const bad of ["proxy.example", "10.0.0.0/8/8", "*", "loopback,"]) {
      expect(problemsFor({ LINLI_TRUSTED_PROXIES: bad })).toMatchObject([{ field: "LINLI_TRUSTED_PROXIES" }]);
    }
  });

  it("names a misspelt setting instead of ignoring it", () => {
    expect(problemsFor({ LINLI_HTTP_PROT: "80" })).toMatchObject([{ field: "LINLI_HTTP_PROT" }]);
  });

  it("takes an empty variable for one that is not set", () => {
    expect(readSettings({ LINLI_MQTTS_PORT: "" }).LINLI_MQTTS_PORT).toBeUndefined();
  });

  describe("secrets in files", () => {
    const folder = mkdtempSync(join(tmpdir(), "linli-settings-"));
    afterAll(() => rmSync(folder, { recursive: true }));
    const file = (name: string, text: string) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    };

    it("are read, without the line end an editor leaves", () => {
      const settings = readSettings({ LINLI_SERIES_TOKEN_FILE: file("token", "s3cret token\n") });
      expect(settings.LINLI_SERIES_TOKEN).toBe("s3cret token");
    });

    it("name the file that is missing, empty, or given beside the secret itself", () => {
      const problems = problemsFor({
        LINLI_SERIES_TOKEN_FILE: join(folder, "nowhere"),
        LINLI_SERIES_PASSWORD_FILE: file("empty", "\n"),
        LINLI_ADMIN_PASSWORD_FILE: file("password", "ten letters"),
        LINLI_ADMIN_PASSWORD: "ten others",
      });
      expect(problems.map(({ field, message }) => [field, message])).toEqual([
        ["LINLI_ADMIN_PASSWORD_FILE", expect.stringContaining("is set too")],
        ["LINLI_SERIES_PASSWORD_FILE", expect.stringContaining("empty")],
        ["LINLI_SERIES_TOKEN_FILE", expect.stringContaining("cannot be read")],
      ]);
    });

    it("are there for secrets only", () => {
      expect(problemsFor({ LINLI_HTTP_PORT_FILE: "x" })).toMatchObject([{ field: "LINLI_HTTP_PORT_FILE" }]);
    });
  });
});
