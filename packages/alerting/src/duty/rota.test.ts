import { type Rota, rotaSchema } from "@linli/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOpen, parseOpeningHours } from "../calendar/opening-hours.ts";
import { onCallAt, personOnCall, rotaHoles, rotaShifts } from "./rota.ts";

const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const iso = (ms: number) => new Date(ms).toISOString().replace(":00.000Z", "Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Given = Partial<Rota> & Pick<Rota, "layers">;
const rotaOf = (given: Given): Rota => rotaSchema.parse({ id: "r", name: "r", timeZone: "Asia/Shanghai", ...given });
const who = (rota: Rota, text: string) => onCallAt(rota, at(text))?.personId;

describe("a rota", () => {
  const weekly = { people: ["an", "bo", "cai"], from: "2026-06-01", handover: "08:00", everyDays: 7 };

  it("hands over by the clock on the wall, and begins anew after the last", () => {
    const rota = rotaOf({ layers: [weekly] });
    expect(who(rota, "2026-06-01T07:59:59+08:00")).toBeUndefined();
    expect(who(rota, "2026-06-01T08:00:00+08:00")).toBe("an");
    expect(who(rota, "2026-06-08T07:59:59+08:00")).toBe("an");
    expect(onCallAt(rota, at("2026-06-08T08:00:00+08:00"))).toEqual({
      personId: "bo",
      until: at("2026-06-15T08:00:00+08:00"),
    });
    expect(who(rota, "2026-06-22T08:00:00+08:00")).toBe("an");
  });

  it("has a hole before it begins", () => {
    const rota = rotaOf({ layers: [weekly] });
    const holes = rotaHoles(rota, at("2026-05-31T00:00:00+08:00"), at("2026-06-10T00:00:00+08:00"));
    expect(holes).toEqual([{ from: at("2026-05-31T00:00:00+08:00"), to: at("2026-06-01T08:00:00+08:00") }]);
  });

  it("tells the turns of a week in order, without a gap", () => {
    const [from, to] = [at("2026-06-07T08:00:00+08:00"), at("2026-06-16T08:00:00+08:00")];
    const shifts = rotaShifts(rotaOf({ layers: [weekly] }), from, to);
    expect(shifts.map(({ personId, to: end }) => [personId, iso(end)])).toEqual([
      ["an", "2026-06-08T00:00Z"],
      ["bo", "2026-06-15T00:00Z"],
      ["cai", "2026-06-16T00:00Z"],
    ]);
    expect(shifts.map((shift) => shift.from)).toEqual([from, ...shifts.slice(0, -1).map((shift) => shift.to)]);
  });

  it("lets a later layer win in its hours, and the one below answer in between", () => {
    const nights = {
      people: ["night"],
      from: "2026-06-01",
      handover: "00:00",
      everyDays: 1,
      hours: "Mo-Fr 20:00-06:00",
    };
    const rota = rotaOf({ layers: [weekly, nights] });
    expect(who(rota, "2026-06-02T19:59:00+08:00")).toBe("an");
    expect(who(rota, "2026-06-02T20:00:00+08:00")).toBe("night");
    expect(onCallAt(rota, at("2026-06-03T01:00:00+08:00"))).toEqual({
      personId: "night",
      until: at("2026-06-03T06:00:00+08:00"),
    });
    expect(who(rota, "2026-06-03T06:00:00+08:00")).toBe("an");
    // Friday's night ends on Saturday; Saturday and Sunday have none
    expect(who(rota, "2026-06-06T05:59:00+08:00")).toBe("night");
    expect(who(rota, "2026-06-06T21:00:00+08:00")).toBe("an");
  });

  it("shows the hours that nobody covers", () => {
    const office = {
      people: ["an", "bo"],
      from: "2026-06-01",
      handover: "08:00",
      everyDays: 1,
      hours: "Mo-Fr 08:00-20:00",
    };
    const rota = rotaOf({ layers: [office] });
    const holes = rotaHoles(rota, at("2026-06-04T12:00:00+08:00"), at("2026-06-09T12:00:00+08:00"));
    expect(holes.map(({ from, to }) => [iso(from), iso(to)])).toEqual([
      ["2026-06-04T12:00Z", "2026-06-05T00:00Z"],
      ["2026-06-05T12:00Z", "2026-06-08T00:00Z"],
      ["2026-06-08T12:00Z", "2026-06-09T00:00Z"],
    ]);
  });

  it("lets an override win over every layer, the last one made over the others", () => {
    const rota = rotaOf({
      layers: [weekly],
      overrides: [
        { personId: "dai", from: at("2026-06-02T08:00:00+08:00"), to: at("2026-06-04T08:00:00+08:00") },
        { personId: "en", from: at("2026-06-03T00:00:00+08:00"), to: at("2026-06-03T12:00:00+08:00") },
      ],
    });
    expect(onCallAt(rota, at("2026-06-01T09:00:00+08:00"))?.until).toBe(at("2026-06-02T08:00:00+08:00"));
    expect(who(rota, "2026-06-02T08:00:00+08:00")).toBe("dai");
    expect(who(rota, "2026-06-03T11:59:00+08:00")).toBe("en");
    expect(who(rota, "2026-06-03T12:00:00+08:00")).toBe("dai");
    expect(who(rota, "2026-06-04T08:00:00+08:00")).toBe("an");
  });

  it("says until when the same person stays, over handovers to themselves", () => {
    const rota = rotaOf({ layers: [{ people: ["an"], from: "2026-06-01", handover: "08:00", everyDays: 1 }] });
    const now = at("2026-06-10T00:00:00Z");
    expect(onCallAt(rota, now)).toEqual({ personId: "an", until: now + 62 * DAY });
  });

  it("treats hours that nobody can read as a hole", () => {
    const rota = rotaOf({ layers: [{ ...weekly, hours: "whenever" }] });
    expect(who(rota, "2026-06-02T12:00:00+08:00")).toBeUndefined();
  });
});

describe("a handover in a night in which the clock is put", () => {
  const daily = { people: ["an", "bo"], from: "2026-03-27", handover: "02:30", everyDays: 1 };

  it("that the clock skips comes at the moment that the old offset gives", () => {
    const rota = rotaOf({ timeZone: "Europe/Berlin", layers: [daily] });
    // 29 March 2026: 02:00 CET becomes 03:00 CEST; 02:30 CET is 01:30 Z
    expect(who(rota, "2026-03-29T01:29:59Z")).toBe("bo");
    expect(who(rota, "2026-03-29T01:30:00Z")).toBe("an");
    expect(onCallAt(rota, at("2026-03-29T01:30:00Z"))?.until).toBe(at("2026-03-30T00:30:00Z"));
  });

  it("that the clock shows twice comes the first time", () => {
    const rota = rotaOf({ timeZone: "Europe/Berlin", layers: [{ ...daily, from: "2026-10-23" }] });
    // 25 October 2026: 03:00 CEST becomes 02:00 CET; the first 02:30 is 00:30 Z
    expect(who(rota, "2026-10-25T00:29:59Z")).toBe("bo");
    expect(who(rota, "2026-10-25T00:30:00Z")).toBe("an");
    expect(who(rota, "2026-10-25T01:30:00Z")).toBe("an");
    expect(onCallAt(rota, at("2026-10-25T00:30:00Z"))?.until).toBe(at("2026-10-26T01:30:00Z"));
  });

  it("opens and shuts hours as the wall says: twice in the night that is longer", () => {
    const hours = { people: ["an"], from: "2026-10-01", handover: "12:00", everyDays: 7, hours: "02:30-02:45" };
    const rota = rotaOf({ timeZone: "Europe/Berlin", layers: [hours] });
    const holes = rotaHoles(rota, at("2026-10-25T00:00:00Z"), at("2026-10-25T03:00:00Z"));
    expect(holes.map(({ from, to }) => [iso(from), iso(to)])).toEqual([
      ["2026-10-25T00:00Z", "2026-10-25T00:30Z"],
      ["2026-10-25T00:45Z", "2026-10-25T01:30Z"],
      ["2026-10-25T01:45Z", "2026-10-25T03:00Z"],
    ]);
  });
});

/** Minute by minute, by counting the handovers that lie behind it. */
function slowly({ layers, overrides, timeZone }: Rota, from: number, to: number): (string | undefined)[] {
  const watches = layers.map(({ people, from: first, handover, everyDays, hours = "24/7" }) => {
    const handovers: number[] = [];
    for (let day = Temporal.PlainDate.from(first); ; day = day.add({ days: everyDays })) {
      const moment = day.toZonedDateTime({ timeZone, plainTime: handover }).epochMilliseconds;
      if (moment >= to) break;
      handovers.push(moment);
    }
    const open = parseOpeningHours(hours);
    return (now: number) => {
      const passed = handovers.filter((moment) => moment <= now).length;
      return passed > 0 && isOpen(open, now, timeZone) ? people[(passed - 1) % people.length] : undefined;
    };
  });
  return Array.from({ length: (to - from) / MINUTE }, (_, minute) => {
    const now = from + minute * MINUTE;
    const override = overrides.findLast((candidate) => candidate.from <= now && now < candidate.to);
    return override?.personId ?? watches.map((watch) => watch(now)).findLast((person) => person !== undefined);
  });
}

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom("00", "15", "30", "45"))
  .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${minute}`);
const layer = fc.record(
  {
    people: fc.array(fc.constantFrom("an", "bo", "cai"), { minLength: 1, maxLength: 3 }),
    from: fc.constantFrom("2026-03-20", "2026-03-28", "2026-03-29", "2026-10-24"),
    handover: clock,
    everyDays: fc.integer({ min: 1, max: 3 }),
    hours: fc.tuple(fc.constantFrom("", "Mo-Fr ", "Sa-Su ", "Su "), clock, clock).map((parts) => {
      const [days, open, shut] = parts;
      return `${days}${open}-${shut}`;
    }),
  },
  { requiredKeys: ["people", "from", "handover", "everyDays"] },
);

describe("whatever the rota", () => {
  const nights = fc.constantFrom(
    ["Europe/Berlin", "2026-03-28T20:00:00Z"],
    ["Europe/Berlin", "2026-10-24T20:00:00Z"],
    ["Australia/Lord_Howe", "2026-10-03T10:00:00Z"],
    ["America/St_Johns", "2026-11-01T00:00:00Z"],
    ["Asia/Shanghai", "2026-03-28T20:00:00Z"],
    ["Asia/Kolkata", "2026-10-24T20:00:00Z"],
  );
  const rotas = fc.tuple(
    nights,
    fc.array(layer, { minLength: 1, maxLength: 3 }),
    fc.array(fc.nat(1_000), { maxLength: 4 }),
  );

  it("nobody changes before `until`, and holes are the minutes in which nobody answers", () => {
    fc.assert(
      fc.property(rotas, ([[timeZone, start], layers, cuts]) => {
        const from = at(start as string);
        const to = from + 16 * HOUR;
        const overrides = cuts.map((cut) => ({
          personId: "dai",
          from: from + cut * MINUTE,
          to: from + (cut + 90) * MINUTE,
        }));
        const rota = rotaOf({ timeZone: timeZone as string, layers, overrides });
        const minutes = slowly(rota, from, to);
        const holes = rotaHoles(rota, from, to);
        for (const [minute, person] of minutes.entries()) {
          const now = from + minute * MINUTE;
          // the same object every time: what is remembered must not lie
          const found = personOnCall(rota, now);
          if (found !== person) throw new Error(`${iso(now)}: ${found}, not ${person}`);
          const isHole = holes.some((hole) => hole.from <= now && now < hole.to);
          if (isHole !== (person === undefined)) throw new Error(`${iso(now)}: hole ${isHole}, ${person}`);
          if (minute % 60 > 0) continue;
          const onCall = onCallAt(rota, now);
          if (onCall?.personId !== person) throw new Error(`${iso(now)}: ${onCall?.personId}, not ${person}`);
          if (onCall === undefined || onCall.until >= to) continue;
          const change = (onCall.until - from) / MINUTE;
          const stays = minutes.slice(minute, change).every((other) => other === person);
          if (!stays || minutes[change] === person) throw new Error(`${iso(now)}: not until ${iso(onCall.until)}`);
        }
      }),
      { numRuns: 30 },
    );
  });
});
