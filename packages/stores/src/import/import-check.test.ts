import { createHash } from "node:crypto";
import type { Place } from "@linli/model";
import { describe, expect, it } from "vitest";
import { checkImport, type ImportRegistry, type ImportRow } from "./import-check.ts";

const places: Place[] = [
  { id: "c", level: "community", parentId: null, name: "甲社区", order: 0 },
  { id: "b1", level: "building", parentId: "c", name: "1号楼", order: 0 },
  { id: "d", level: "community", parentId: null, name: "乙社区", order: 0 },
  { id: "b2", level: "building", parentId: "d", name: "1号楼", order: 0 },
];
const takenToken = createHash("sha256").update("taken-token-0123456789").digest("hex");
const registry: ImportRegistry = {
  places: () => places,
  device: (id) => (id === "gw-old" ? { id, kind: "gateway" } : undefined),
  isTaken: (id) => id === "gw-old" || id === "retired",
  isTokenTaken: (hash) => Buffer.from(hash).toString("hex") === takenToken,
};

function check(header: string, ...lines: string[]) {
  const rows: ImportRow[] = lines.map((text, index) => ({ line: index + 2, cells: text.split("|") }));
  return checkImport(header.split("|"), rows, registry);
}

const said = ({ problems }: ReturnType<typeof check>) => problems.map(({ field, message }) => `${field}: ${message}`);

describe("checkImport", () => {
  it("takes good lines with all their columns", () => {
    const result = check(
      "id|kind|name|place|gatewayId|token|units|offlineAfter|tag:vendor",
      "e1|environment-sensor|Hall|甲社区/1号楼|gw-new|0123456789abcdef|temperature=degF|90s|ACME",
      "gw-new|gateway|Gateway|甲社区/1号楼||||| ",
    );
    expect(said(result)).toEqual([]);
    expect(result.batch.devices[0]).toMatchObject({
      id: "e1",
      placeId: "b1",
      gatewayId: "gw-new",
      units: { temperature: "degF" },
      offlineAfterMs: 90_000,
      tags: { vendor: "ACME" },
    });
    expect([...result.batch.tokenHashes.keys()]).toEqual(["e1"]);
    expect(result.lines).toBe(2);
  });

  it("names every problem of every line by its column", () => {
    const result = check(
      "id|kind|name|placeId|token|units|offlineAfter",
      "bad id|lift||nowhere|short|x|soon",
      "e1|environment-sensor|Hall|b1|||",
      "e1|environment-sensor|Hall|b1|||",
      "retired|environment-sensor|Hall|b1|taken-token-0123456789|temperature=kg;nonsense=m|",
    );
    expect(result.batch.devices.map(({ id }) => id)).toEqual(["e1"]);
    const fields = result.problems.map(({ field }) => field);
    for (const column of ["id", "name", "placeId", "token", "offlineAfter"]) {
      expect(fields).toContain(`line 2, column "${column}"`);
    }
    expect(said(result)).toContain('line 4, column "id": stands in line 3 already');
    expect(said(result)).toContain('line 5, column "id": exists already');
    expect(said(result)).toContain('line 5, column "token": belongs to another device already');
    expect(said(result)).toContain('line 5, column "units": cannot be converted to Cel');
    expect(said(result)).toContain('line 5, column "units": a environment-sensor has no point nonsense');
  });

  it("never repeats a token in what it says", () => {
    const result = check("id|kind|name|placeId|token", "e1|environment-sensor|Hall|b1|secret-ä-0123456789");
    expect(result.problemCount).toBe(1);
    expect(JSON.stringify(result.problems)).not.toContain("secret");
  });

  it("refuses a header with unknown, doubled or missing columns, and no line of it", () => {
    const result = check("id|kind|id|colour", "e1|environment-sensor|e1|red");
    expect(result.batch.devices).toEqual([]);
    expect(result.problems.map(({ field }) => field)).toEqual([
      'line 1, column "id"',
      'line 1, column "colour"',
      'line 1, column "name"',
      'line 1, column "placeId"',
    ]);
  });

  it("says when a way could mean several places", () => {
    const result = check("id|kind|name|place", "e1|environment-sensor|Hall|1号楼");
    expect(said(result)[0]).toMatch(/2 places are called so/);
  });

  it("leaves out what stands behind a gateway that is left out", () => {
    const result = check(
      "id|kind|name|placeId|gatewayId",
      "gw|gateway|Gateway|nowhere|",
      "e1|environment-sensor|Hall|b1|gw",
      "e2|environment-sensor|Hall|b1|gw-old",
    );
    expect(result.batch.devices.map(({ id }) => id)).toEqual(["e2"]);
    expect(said(result)).toContain('line 3, column "gatewayId": no such gateway');
  });

  it("says what cannot be behind what", () => {
    const result = check(
      "id|kind|name|placeId|gatewayId",
      "gw|gateway|Gateway|b1|gw",
      "e1|environment-sensor|Hall|b1|",
      "e2|environment-sensor|Hall|b1|e1",
    );
    expect(said(result)).toEqual([
      'line 2, column "gatewayId": a gateway cannot be behind another gateway',
      'line 4, column "gatewayId": a device of the kind environment-sensor, not a gateway',
    ]);
  });

  it("says when a line has too few or too many cells", () => {
    const result = check("id|kind|name|placeId", "e1|environment-sensor|Hall");
    expect(said(result)).toEqual(["line 2: has 3 cells where the header has 4"]);
  });
});
