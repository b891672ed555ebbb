import { days, rotaSchema, silenceSchema } from "@linli/model";
import { describe, expect, it } from "vitest";
import { ARRANGED, contact, HOUR, MIN, PipelineBench, T, team } from "../testing/pipeline-bench.ts";
import { deviceOf } from "../testing/test-world.ts";

const lifts = (count: number) => Array.from({ length: count }, (_, n) => deviceOf(`lift-${n + 1}`, "elevator"));
const lamps = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    deviceOf(`lamp-a${String(n + 1).padStart(2, "0")}`, "streetlight", { placeId: "east", tags: { circuit: "a" } }),
  );
const sensors = (count: number, changes = {}) =>
  Array.from({ length: count }, (_, n) => deviceOf(`s-${n + 1}`, "environment-sensor", changes));

describe("what is told together", () => {
  it("is the same trouble at the same place within 30 s; later ones after 5 minutes; one word at the last", () => {
    const bench = new PipelineBench({ devices: lifts(4), restarts: true });
    const first = bench.open("test.high", "lift-1");
    bench.until(10_000);
    const second = bench.open("test.high", "lift-2");
    bench.until(MIN);
    const third = bench.open("test.high", "lift-3");
    bench.until(6 * MIN);
    expect(bench.told()).toEqual(["0.5 li sms opened lift-1+lift-2", "5.5 li sms opened lift-3"]);
    bench.clear(first);
    bench.until(7 * MIN);
    expect(bench.told().slice(2)).toEqual(["6 li sms progress lift-1+lift-2+lift-3"]);
    bench.clear(second);
    bench.clear(third);
    bench.until(HOUR);
    expect(bench.told().slice(3)).toEqual(["7 li sms cleared lift-1+lift-2+lift-3"]);
    expect([...bench.incidents.values()]).toMatchObject([{ cause: "place", placeId: "b3", severity: "high" }]);
  });

  it("a storm of 300 is few messages, and every one of them has its line in the ledger", () => {
    const bench = new PipelineBench({ devices: lifts(300) });
    const ids = lifts(300).map(({ id }) => bench.open("test.high", id));
    bench.until(10 * MIN);
    expect(bench.told()).toHaveLength(1);
    for (const id of ids) expect(bench.why(id, "li")).toContain("told first");
  });

  it("acknowledging one of them stops nothing for the others", () => {
    const bench = new PipelineBench({ restarts: true });
    const first = bench.open("test.high", "lift-1");
    bench.open("test.high", "lift-2");
    bench.until(MIN);
    bench.act(first, "li", { type: "acknowledge" });
    bench.until(16 * MIN);
    expect(bench.told().slice(1)).toEqual(["15.5 li call escalation lift-2"]);
  });
});

describe("a common cause", () => {
  it("three of a building that fall silent within two minutes are one incident, even with no gateway drawn", () => {
    const bench = new PipelineBench({ devices: sensors(8), restarts: true });
    const ids = ["s-1", "s-2", "s-3"].map((id, index) => {
      bench.until(index * 20_000);
      return bench.open("device.offline", id);
    });
    bench.until(MIN);
    bench.open("device.offline", "s-4");
    bench.until(10 * MIN);
    expect(bench.told()).toEqual(["2 li sms opened s-1+s-2+s-3+s-4"]);
    expect([...bench.incidents.values()]).toMatchObject([{ cause: "common", placeId: "b3" }]);
    expect(bench.why(ids[1] ?? "", "li")).toContain("withheld common-cause");
  });

  it("two of eight, or three over ten minutes, are not", () => {
    const bench = new PipelineBench({ devices: sensors(8) });
    bench.open("device.offline", "s-1");
    bench.open("device.offline", "s-2");
    bench.until(6 * MIN);
    bench.open("device.offline", "s-3");
    bench.until(20 * MIN);
    expect([...bench.incidents.values()].map(({ cause }) => cause)).toEqual(["place"]);
  });

  it("the first to speak comes back: another speaks on, and nobody is told again", () => {
    const bench = new PipelineBench({ devices: sensors(6), restarts: true });
    const ids = ["s-1", "s-2", "s-3", "s-4"].map((id) => bench.open("device.offline", id));
    bench.until(3 * MIN);
    bench.act(ids[0] ?? "", "li", { type: "acknowledge" });
    bench.clear(ids[0] ?? "");
    bench.until(2 * HOUR);
    expect(bench.told()).toEqual(["2 li sms opened s-1+s-2+s-3+s-4", "7 li sms progress s-1+s-2+s-3+s-4"]);
    for (const id of ids.slice(1)) bench.clear(id);
    expect(bench.told().at(-1)).toBe("120 li sms cleared s-1+s-2+s-3+s-4");
  });
});

describe("loss of redundancy", () => {
  it("one of two lifts is as bad as its rule says, the last one of the building critical", () => {
    const bench = new PipelineBench({ restarts: true });
    bench.open("lift.outOfService", "lift-1");
    bench.until(5 * MIN);
    const last = bench.open("lift.outOfService", "lift-2");
    bench.until(9 * MIN);
    expect(bench.told()).toEqual([
      "0.5 li sms opened lift-1",
      "5 li call opened lift-2+lift-1",
      "8 li call escalation lift-2+lift-1",
    ]);
    bench.act(last, "li", { type: "acknowledge" });
    expect([...bench.incidents.values()]).toMatchObject([{ cause: "redundancy", severity: "critical" }]);
  });

  it("the only lift of a building has none to lose", () => {
    const bench = new PipelineBench({ devices: lifts(1) });
    bench.open("lift.outOfService", "lift-1");
    bench.until(5 * MIN);
    expect(bench.messages.map(({ message }) => message.severity)).toEqual(["medium"]);
  });

  it("three lamps in a row are worse than three here and there", () => {
    const bench = new PipelineBench({ devices: lamps(12), restarts: true });
    for (const id of ["lamp-a02", "lamp-a06", "lamp-a12"]) bench.open("light.lampDark", id);
    bench.until(10 * MIN);
    expect(bench.messages.map(({ message }) => message.severity)).toEqual(["medium"]);
    bench.open("light.lampDark", "lamp-a05");
    bench.open("light.lampDark", "lamp-a07");
    bench.until(11 * MIN);
    expect(bench.messages.map(({ message }) => message.severity)).toEqual(["medium", "high"]);
    expect(bench.told().at(-1)).toBe("10.5 li sms opened lamp-a05+lamp-a07+lamp-a06");
  });
});

describe("what comes and goes", () => {
  const flap = (bench: PipelineBench, times: number) => {
    let id = "";
    for (let n = 0; n < times; n++) {
      id = bench.open("test.high", "lift-1");
      bench.until(bench.now - T + MIN);
      bench.clear(id);
      bench.until(bench.now - T + MIN);
    }
    return id;
  };

  it("is one open alert with a count from the fourth time on, and is over when it is calm", () => {
    const bench = new PipelineBench({ restarts: true });
    flap(bench, 8);
    const told = bench.told();
    expect(told.filter((line) => line.includes("opened"))).toHaveLength(2);
    expect(told.filter((line) => line.includes("cleared"))).toHaveLength(1);
    expect(bench.messages.at(-1)?.message.text).toMatch(/次/);
    bench.until(2 * HOUR);
    expect(bench.told().slice(told.length)).toEqual(["30 li sms cleared lift-1"]);
  });

  it("an input that comes and goes is told of once in a while", () => {
    const bench = new PipelineBench();
    const id = bench.open("lift.entrapment", "lift-1");
    bench.until(MIN);
    const before = bench.messages.length;
    for (let n = 2; n <= 40; n += 2) {
      bench.change(id, "stale", { stale: true });
      bench.until(n * MIN);
      bench.change(id, "fresh", { stale: false });
      bench.until((n + 1) * MIN);
    }
    const ofInput = bench.messages.slice(before).filter(({ message }) => message.occasion === "progress");
    const receivers = new Set(ofInput.map(({ address }) => JSON.stringify(address)));
    expect(receivers.size).toBeGreaterThan(0);
    expect(ofInput).toHaveLength(receivers.size);
  });

  it("never damps life safety", () => {
    const bench = new PipelineBench();
    for (let n = 0; n < 6; n++) {
      const id = bench.open("lift.blind", "lift-1");
      bench.until(bench.now - T + MIN);
      bench.clear(id);
    }
    expect(bench.told().filter((line) => line.includes("opened"))).toHaveLength(6);
  });
});

describe("what asks nobody", () => {
  it("stands in one digest at 08:00, for its team; over ones are over in the next", () => {
    const bench = new PipelineBench({ devices: lifts(3), restarts: true });
    const first = bench.open("test.info", "lift-1");
    bench.open("test.low", "lift-2");
    bench.until(21 * HOUR);
    expect(bench.told()).toEqual([]);
    bench.until(30 * HOUR);
    expect(bench.told()).toEqual([`${22 * 60} li sms digest lift-1+lift-2`]);
    bench.clear(first);
    bench.until(100 * HOUR);
    expect(bench.told().slice(1)).toEqual([`${46 * 60} li sms digest lift-1`]);
  });
});

describe("silences", () => {
  const silence = (changes: object) =>
    silenceSchema.parse({
      id: "quiet",
      match: { devices: ["lift-1"] },
      from: T,
      until: T + 10 * MIN,
      reason: "noise",
      by: "manager",
      createdAt: T,
      ...changes,
    });

  it("withhold everything, then tell what is still wrong from the first step", () => {
    const bench = new PipelineBench({ arrangements: { silence: [silence({})] }, restarts: true });
    const id = bench.open("test.critical", "lift-1");
    bench.until(10 * MIN - 1);
    expect(bench.told()).toEqual([]);
    expect(bench.cares.get(id)?.suppressed).toMatchObject({ by: "silence", id: "quiet" });
    bench.until(11 * MIN);
    expect(bench.told()).toEqual(["10 li call opened lift-1"]);
  });

  it("end early when somebody ends them", () => {
    const bench = new PipelineBench({ arrangements: { silence: [silence({})] } });
    bench.open("test.critical", "lift-1");
    bench.until(3.5 * MIN);
    bench.arrangements = { ...bench.arrangements, silence: [silence({ endedAt: T + 3 * MIN })] };
    bench.until(4 * MIN);
    expect(bench.told()).toEqual(["4 li call opened lift-1"]);
  });

  it("until it clears: the clear is told; another's clear when the silence is over", () => {
    for (const [untilCleared, minute] of [
      [true, 5],
      [false, 13],
    ] as const) {
      const bench = new PipelineBench({ restarts: true });
      const id = bench.open("test.high", "lift-1");
      bench.until(3 * MIN);
      bench.arrangements = {
        ...bench.arrangements,
        silence: [silence({ untilCleared, from: T + 3 * MIN, until: T + 13 * MIN })],
      };
      bench.until(5 * MIN);
      bench.clear(id);
      bench.until(HOUR);
      expect(bench.told().slice(1)).toEqual([`${minute} li sms cleared lift-1`]);
    }
  });

  it("do not touch life safety, unless two people wanted it for one device", () => {
    const bench = new PipelineBench({ arrangements: { silence: [silence({})] } });
    bench.open("lift.entrapment", "lift-1");
    expect(bench.told()).toHaveLength(1);
    const muted = new PipelineBench({ arrangements: { silence: [silence({ secondBy: "li" })] } });
    muted.open("lift.entrapment", "lift-1");
    expect(muted.told()).toEqual([]);
  });
});

describe("long ones", () => {
  it("give way to the shift brief after a day, unless life is at risk", () => {
    const bench = new PipelineBench();
    bench.open("test.critical", "lift-1");
    bench.open("lift.entrapment", "lift-2");
    bench.until(26 * HOUR);
    const count = bench.told().length;
    bench.until(30 * HOUR);
    const later = bench.told().slice(count);
    expect(later.length).toBeGreaterThan(3);
    expect(later.filter((line) => line.includes("lift-1"))).toEqual([]);
  });

  it("known until a day page again then", () => {
    const bench = new PipelineBench({ restarts: true });
    const id = bench.open("test.high", "lift-1");
    bench.until(MIN);
    bench.act(id, "li", { type: "known", until: T + days(2), text: "no part" });
    bench.until(16 * MIN);
    expect(bench.told()).toHaveLength(2);
    bench.act(id, "manager", { type: "known", until: T + days(2), text: "no part" });
    bench.until(47 * HOUR);
    expect(bench.told()).toHaveLength(2);
    bench.until(48 * HOUR + MIN);
    expect(bench.told().slice(2)).toEqual([`${48 * 60} li sms opened lift-1`]);
  });

  it("snoozed ones are reminded of later", () => {
    const reminders = (snooze: boolean) => {
      const bench = new PipelineBench();
      const id = bench.open("test.high", "lift-1");
      bench.until(31 * MIN);
      if (snooze) bench.act(id, "li", { type: "snooze", until: T + 3 * HOUR });
      bench.until(2 * HOUR);
      return bench.told().filter((line) => line.includes("reminder")).length;
    };
    expect(reminders(false)).toBeGreaterThan(0);
    expect(reminders(true)).toBe(0);
  });
});

describe("duty", () => {
  const rota = (people: string[]) =>
    rotaSchema.parse({
      id: "shifts",
      name: "shifts",
      timeZone: "Asia/Shanghai",
      layers: [{ people, from: "2026-05-31", handover: "20:00", everyDays: 1 }],
    });
  const teams = [team("property", ["li", "wang"], { rotaId: "shifts" }), ...ARRANGED.team.slice(1)];

  it("whoever comes on is told what is open, answers from then on, and hears when it is over", () => {
    const bench = new PipelineBench({ arrangements: { team: teams, rota: [rota(["li", "wang"])] }, restarts: true });
    const id = bench.open("test.medium", "lift-1");
    bench.until(HOUR);
    bench.act(id, "li", { type: "acknowledge" });
    bench.until(10 * HOUR + MIN);
    expect(bench.told()).toEqual(["0.5 li sms opened lift-1", "600 wang sms handover lift-1"]);
    bench.clear(id);
    expect(bench.told().slice(2)).toEqual(["601 li sms cleared lift-1", "601 wang sms cleared lift-1"]);
  });

  it("a hole leads to the desk at once, and is found", () => {
    const hole = { ...rota(["li"]), layers: [{ ...rota(["li"]).layers[0], hours: "Sa 08:00-09:00" }] };
    const bench = new PipelineBench({ arrangements: { team: teams, rota: [hole as never] } });
    const id = bench.open("test.critical", "lift-1");
    expect(bench.told()).toEqual(["0 chen call opened lift-1"]);
    expect(bench.why(id, "chen")[0]).toBe("queued desk");
    expect(bench.findings).toMatchObject([{ code: "hole" }]);
  });

  it("a step that reaches nobody does not make the next one wait", () => {
    const bench = new PipelineBench({ arrangements: { contact: [contact("chen")] } });
    const id = bench.open("test.critical", "lift-1");
    expect(bench.told()).toEqual(["0 chen call opened lift-1"].map((line) => line.replace("opened", "escalation")));
    expect(bench.why(id, "li")).toContain("withheld no-contact");
  });

  it("a channel that fails does not either, and the ledger has its words", () => {
    const bench = new PipelineBench({ delivers: false });
    const id = bench.open("test.critical", "lift-1");
    const [first] = bench.messages;
    if (first !== undefined) bench.settle(first, false);
    expect(bench.told()).toEqual(["0 li call opened lift-1", "0 li call escalation lift-1"]);
    expect(bench.ledger.find(({ verdict }) => verdict === "failed")).toMatchObject({
      alertId: id,
      reason: "channel-failed",
      about: "550 mailbox",
    });
  });
});

describe("who would be told", () => {
  it("is answered by the same code, and changes nothing", () => {
    const bench = new PipelineBench();
    bench.open("test.high", "lift-1");
    const before = JSON.stringify([...bench.cases]);
    const answer = bench.pipeline.whatIf(
      { ruleId: "lift.entrapment", deviceId: "lift-2", severity: "critical" },
      bench.world,
      bench.now,
    );
    expect(answer.map(({ at, personId, verdict, reason }) => [(at - T) / MIN, personId, verdict, reason])).toEqual([
      [0, "li", "queued", "first"],
      [3, "li", "queued", "escalated"],
      [6, "chen", "queued", "escalated"],
    ]);
    bench.take({ type: "time" });
    expect(JSON.stringify([...bench.cases])).toBe(before);
  });
});
