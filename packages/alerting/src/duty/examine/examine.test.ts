import {
  ARRANGEMENT_SCHEMAS,
  type Arrangement,
  type Arrangements,
  type ArrangementType,
  hours,
  NO_ARRANGEMENTS,
} from "@linli/model";
import { describe, expect, it } from "vitest";
import { deviceOf, personOf, worldOf } from "../../testing/test-world.ts";
import { checkArrangement, examineArrangements } from "./examine.ts";

const NOW = Date.parse("2026-06-03T04:00:00Z");
const way = (channelId: string) => ({ channelId, address: "a" });

const DEFAULTS: { readonly [T in ArrangementType]: object } = {
  team: { id: "lifts", name: "lifts", role: "lift-maintainer", placeId: null, members: ["an"] },
  rota: {
    id: "week",
    name: "week",
    timeZone: "Asia/Shanghai",
    layers: [{ people: ["an", "bo"], from: "2026-06-01", handover: "08:00", everyDays: 7 }],
  },
  escalation: { id: "e", name: "e", steps: [{ after: "0s", targets: [{ desk: true }] }], reminders: [] },
  route: { id: "r", order: 1, match: {}, teamId: "lifts" },
  contact: { id: "an", default: [way("mail")] },
  channel: { id: "mail", name: "mail", type: "email", config: {} },
  silence: {
    id: "s",
    match: { devices: ["elevator-07"] },
    from: NOW,
    until: NOW + hours(2),
    reason: "repair",
    by: "an",
    createdAt: NOW,
  },
  maintenance: {
    id: "m",
    name: "service",
    match: { kinds: ["elevator"] },
    window: { start: "2026-06-05T22:00", duration: "2h", timeZone: "Asia/Shanghai" },
    by: "an",
    createdAt: NOW,
  },
};

function make<T extends ArrangementType>(type: T, changes: object = {}): Arrangement<T> {
  return ARRANGEMENT_SCHEMAS[type].parse({ ...DEFAULTS[type], ...changes }) as Arrangement<T>;
}

const desk = make("team", { id: "desk", role: "property", members: ["dai"], desk: true });
const mail = make("channel");
const group = make("channel", { id: "group", type: "wecom-robot" });
/** Nothing is wrong with it. */
const sound: Arrangements = {
  ...NO_ARRANGEMENTS,
  team: [desk, make("team", { rotaId: "week" })],
  rota: [make("rota")],
  contact: ["an", "bo", "dai"].map((id) => make("contact", { id })),
  channel: [group, mail],
};

function worldWith(changes: Partial<Arrangements> = {}) {
  return worldOf({
    people: ["an", "bo", "dai"].map((id) => personOf(id)),
    devices: [
      deviceOf("elevator-07", "elevator", { placeId: "b3-u2" }),
      deviceOf("elevator-08", "elevator", { placeId: "b4" }),
    ],
    arrangements: { ...sound, ...changes },
  });
}

function problems<T extends ArrangementType>(
  type: T,
  changes: object = {},
  arranged: Partial<Arrangements> = {},
): string[] {
  return checkArrangement(type, make(type, changes), worldWith(arranged), NOW).map(
    ({ field, message }) => `${field}: ${message}`,
  );
}

function findings(changes: Partial<Arrangements>): string[] {
  return examineArrangements(worldWith(changes), NOW).map(
    ({ code, subject, detail }) => `${code} ${subject}: ${detail}`,
  );
}

describe("saving", () => {
  it.each(Object.keys(DEFAULTS) as ArrangementType[])("a sound %s is nothing to object to", (type) => {
    expect(problems(type)).toEqual([]);
  });

  it("a team that names what is not there", () => {
    expect(problems("team", { members: ["an", "zoe"], placeId: "b9", rotaId: "x", rooms: [way("lost")] })).toEqual([
      "members.1: person zoe is not there",
      "rooms.0: channel lost is not there",
      "placeId: place b9 is not there",
      "rotaId: rota x is not there",
    ]);
  });

  it("a team of a robot and no person", () => {
    expect(problems("team", { members: [], rooms: [way("group")] })).toEqual([
      "members: lifts: a room or a program, and no person",
    ]);
  });

  it("a second desk, a desk of nobody, and the end of the only desk", () => {
    expect(problems("team", { desk: true })).toEqual(["desk: the desk is desk already"]);
    expect(problems("team", { ...desk, members: [] })).toEqual(["members: team desk tells nobody"]);
    expect(problems("team", { ...desk, desk: false })).toEqual([
      "desk: no team is the desk that is manned around the clock",
    ]);
  });

  it("a rota with a hole where nobody stands behind it, and only there", () => {
    const office = [
      { people: ["an"], from: "2026-06-01", handover: "08:00", everyDays: 1, hours: "Mo-Su 08:00-20:00" },
    ];
    expect(problems("rota", { layers: office })).toEqual([]);
    expect(problems("rota", { layers: office }, { team: [{ ...desk, rotaId: "week" }] })[0]).toBe(
      "layers: nobody is on call from 2026-06-03 20:00 to 2026-06-04 08:00",
    );
    expect(problems("rota", { layers: office }, { team: [make("team", { rotaId: "week" })] })).toHaveLength(5);
    const holey = { rota: [make("rota", { layers: office })] };
    expect(problems("team", { ...desk, rotaId: "week" }, holey)[0]).toBe(
      "rotaId: nobody is on call from 2026-06-03 20:00 to 2026-06-04 08:00",
    );
  });

  it("a rota that cannot be read", () => {
    const layers = [{ people: ["zoe"], from: "2026-02-30", handover: "08:00", everyDays: 1, hours: "always" }];
    const overrides = [{ personId: "an", from: NOW, to: NOW }];
    expect(problems("rota", { layers, overrides }).map((problem) => problem.split(":")[0])).toEqual([
      "layers.0.hours",
      "layers.0.from",
      "overrides.0.to",
      "layers.0.people.0",
    ]);
  });

  it("an escalation to nobody, and one of critical alerts that does not end at the desk", () => {
    const toAn = [{ after: "0s", targets: [{ person: "an" }] }];
    const nowhere = [{ after: "0s", targets: [{ person: "zoe" }, { team: "x" }] }];
    expect(problems("escalation", { steps: nowhere })).toEqual([
      "steps.0.targets.0: person zoe is not there",
      "steps.0.targets.1: team x is not there",
    ]);
    const sentence = "e may serve critical alerts and does not end at the desk";
    const route = [make("route", { escalationId: "e" })];
    expect(problems("escalation", { steps: toAn }, { route })).toEqual([`steps: ${sentence}`]);
    const escalation = [make("escalation", { steps: toAn })];
    expect(problems("route", { escalationId: "e" }, { escalation })).toEqual([`escalationId: ${sentence}`]);
    expect(problems("route", { escalationId: "e", match: { severities: ["low"] } }, { escalation })).toEqual([]);
  });

  it("a contact of robots alone", () => {
    expect(problems("contact", { default: [way("group")] })).toEqual([
      "default: an: a room or a program, and no person",
    ]);
  });

  it.each<[string, object, string]>([
    ["of all that is critical", { match: { severities: ["critical"] } }, "match: it would hide all of the site"],
    ["of the whole site", { match: { placeId: "east" } }, "match: it would hide all of the site"],
    ["that is over", { from: NOW - 2, until: NOW - 1 }, "until: it would be over already"],
    ["of a kind that does not exist", { match: { kinds: ["lift"] } }, "match.kinds.0: kind lift is not there"],
    [
      "of life safety by one person twice",
      { secondBy: "an" },
      "secondBy: touching life safety takes one device, at most 4 hours",
    ],
    [
      "of life safety for five hours",
      { secondBy: "bo", until: NOW + hours(5) },
      "secondBy: touching life safety takes",
    ],
    [
      "of life safety in a building",
      { secondBy: "bo", match: { placeId: "b3" } },
      "secondBy: touching life safety takes",
    ],
  ])("a silence %s", (_, changes, problem) => {
    const found = problems("silence", changes);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(problem);
  });

  it("a silence of one building, and one of life safety as it should be, and the end of one", () => {
    expect(problems("silence", { match: { placeId: "b3" } })).toEqual([]);
    expect(problems("silence", { secondBy: "bo", until: NOW + hours(4) })).toEqual([]);
    expect(problems("silence", { match: { severities: ["low"] }, endedAt: NOW })).toEqual([]);
  });

  it("maintenance without an end, over already, unreadable, or of everything", () => {
    const window = { start: "2026-06-01T00:00", timeZone: "Asia/Shanghai" };
    expect(problems("maintenance", { window: { ...window, duration: "24h", repeat: "FREQ=DAILY" } })).toEqual([
      "window: its occurrences follow each other without a gap, for more than 31 days",
    ]);
    expect(problems("maintenance", { window: { ...window, duration: "23h", repeat: "FREQ=DAILY" } })).toEqual([]);
    expect(problems("maintenance", { window: { ...window, duration: "1h" } })).toEqual([
      "window: it would be over already",
    ]);
    expect(
      problems("maintenance", { window: { ...window, duration: "1h", repeat: "FREQ=WEEKLY;BYDAY=XX" } })[0],
    ).toMatch(/^window: .* is no repetition/);
    expect(problems("maintenance", { match: { severities: ["low"] } })).toEqual([
      "match: it would hide all of the site: name rules, devices, kinds, tags or a part of the site",
    ]);
  });
});

describe("looking through everything", () => {
  it("finds nothing where nothing is wrong", () => {
    expect(findings({})).toEqual([]);
  });

  it("says that there is no desk", () => {
    expect(findings({ team: [], rota: [], contact: [] })).toEqual([
      "no-desk site: no team is the desk that is manned around the clock",
    ]);
  });

  it("shows a hole before the night it matters, and people who left", () => {
    const layers = [
      { people: ["an"], from: "2026-06-01", handover: "08:00", everyDays: 1, hours: "Mo-Sa 00:00-24:00" },
      { people: ["zoe"], from: "2026-09-01", handover: "08:00", everyDays: 1 },
    ];
    expect(findings({ rota: [make("rota", { layers })] })).toEqual([
      "gone rota/week: person zoe is not there",
      "rota-hole rota/week: nobody is on call from 2026-06-07 00:00 to 2026-06-08 00:00; nobody is on call from 2026-06-14 00:00 to 2026-06-15 00:00",
    ]);
  });

  it("finds people who are counted on and cannot be reached, or by a robot, or by the page alone", () => {
    const contact = [
      make("contact", { default: [way("group")] }),
      make("contact", { id: "dai", default: [way("page")] }),
    ];
    expect(findings({ contact })).toEqual([
      "robot-only person/an: an: a room or a program, and no person",
      "no-contact person/bo: bo cannot be reached",
      "page-only person/dai: dai: only the page, which wakes nobody",
    ]);
  });

  it("is silent about silences and windows that are over", () => {
    const silence = [make("silence", { from: NOW - 2, until: NOW - 1, match: { kinds: ["lift"] } })];
    expect(findings({ silence })).toEqual([]);
  });
});
