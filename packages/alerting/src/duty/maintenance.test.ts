import { type Maintenance, maintenanceSchema } from "@linli/model";
import { describe, expect, it } from "vitest";
import { alertOf } from "../testing/alerts.ts";
import { deviceOf, worldOf } from "../testing/test-world.ts";
import { maintenanceOver } from "./maintenance.ts";
import { subjectOf } from "./subject.ts";

const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const devices = [deviceOf("elevator-07", "elevator", { placeId: "b3-u2" })];

interface Given extends Partial<Omit<Maintenance, "window">> {
  readonly window?: Record<string, string>;
}

function maintenanceOf({ window, ...changes }: Given): Maintenance {
  return maintenanceSchema.parse({
    id: "m",
    name: "monthly service",
    match: { placeId: "b3" },
    window: { start: "2026-06-01T22:00", duration: "2h", timeZone: "Asia/Shanghai", ...window },
    onSite: ["an"],
    by: "an",
    createdAt: 0,
    ...changes,
  });
}

function underway(given: readonly Given[], moment: string) {
  const world = worldOf({ devices, arrangements: { maintenance: given.map(maintenanceOf) } });
  const found = maintenanceOver(subjectOf(alertOf({ lifeSafety: true }), world), at(moment), world);
  return (
    found && {
      id: found.maintenance.id,
      from: new Date(found.stretch.from).toISOString(),
      to: new Date(found.stretch.to).toISOString(),
      onSite: found.onSite,
    }
  );
}

describe("a maintenance window", () => {
  it("covers its stretch, by the clock of its place, and names who is on site", () => {
    expect(underway([{}], "2026-06-01T21:59:59+08:00")).toBeUndefined();
    expect(underway([{}], "2026-06-01T22:00:00+08:00")).toEqual({
      id: "m",
      from: "2026-06-01T14:00:00.000Z",
      to: "2026-06-01T16:00:00.000Z",
      onSite: ["an"],
    });
    expect(underway([{}], "2026-06-02T00:00:00+08:00")).toBeUndefined();
  });

  it("is one with others that overlap: the one that ends last, and all who are on site", () => {
    const longer: Given = { id: "long", window: { start: "2026-06-01T23:00" }, onSite: ["bo"] };
    const both = underway([longer, {}], "2026-06-01T23:30:00+08:00");
    expect(both).toMatchObject({ id: "long", to: "2026-06-01T17:00:00.000Z", onSite: ["bo", "an"] });
    const ended = { ...longer, endedAt: at("2026-06-01T23:10:00+08:00") };
    expect(underway([ended, {}], "2026-06-01T23:30:00+08:00")).toMatchObject({ id: "m", onSite: ["an"] });
  });

  it("covers nothing from before it was announced", () => {
    const late = { createdAt: at("2026-06-01T22:30:00+08:00") };
    expect(underway([late], "2026-06-01T22:29:00+08:00")).toBeUndefined();
    expect(underway([late], "2026-06-01T22:30:00+08:00")?.from).toBe("2026-06-01T14:30:00.000Z");
  });

  it("comes again each week, in a night with a skipped hour too, until it is ended", () => {
    const weekly: Given = {
      window: { start: "2026-03-22T02:30", duration: "1h", timeZone: "Europe/Berlin", repeat: "FREQ=WEEKLY;BYDAY=SU" },
    };
    expect(underway([weekly], "2026-03-29T01:45:00Z")).toMatchObject({ from: "2026-03-29T01:30:00.000Z" });
    expect(underway([weekly], "2026-04-05T00:45:00Z")).toMatchObject({ from: "2026-04-05T00:30:00.000Z" });
    expect(underway([{ ...weekly, endedAt: at("2026-04-01T00:00:00Z") }], "2026-04-05T00:45:00Z")).toBeUndefined();
  });

  it("that cannot be read mutes nothing, and stops no other", () => {
    const broken: Given = { id: "broken", window: { repeat: "FREQ=WEEKLY;BYDAY=XX" } };
    expect(underway([broken, {}], "2026-06-01T22:30:00+08:00")?.id).toBe("m");
  });

  it("of another place covers nothing here", () => {
    expect(underway([{ match: { placeId: "b4" } }], "2026-06-01T22:30:00+08:00")).toBeUndefined();
  });
});
