import { type Alert, DEVICE_KINDS, type Device, hours, minutes, type Rule, seconds } from "@linli/model";
import { loadShippedRules } from "@linli/rules";
import type { JournalEntry } from "@linli/stores";
import { describe, expect, it } from "vitest";
import { device, limits, recorded, registryOf, site } from "../testing/context.ts";
import { closed, entry, published } from "../testing/entries.ts";
import { bookOf, versionOf } from "../testing/rule-books.ts";
import { RuleBook } from "./rule-book.ts";
import { Watch } from "./step.ts";

const T = Date.UTC(2026, 0, 15);
const LIFT = device("e1", { kind: "elevator" });
const { rules: SHIPPED } = await loadShippedRules();

function ruleNamed(id: string): Rule {
  const rule = SHIPPED.find((each) => each.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return rule;
}

/** Watch over these devices with the rules that are shipped, stopped and taken up again at will. */
class Platform {
  readonly registry;
  book = bookOf(SHIPPED);
  watch: Watch;
  private readonly told: { at: number; type: string; change: string; alert: Alert }[] = [];
  private readonly stored = { states: new Map(), memories: new Map() };
  private sequence = 0;

  constructor(...devices: readonly Device[]) {
    this.registry = registryOf(devices);
    this.watch = this.start(undefined);
  }

  /** In the order of their times. */
  take(...entries: readonly JournalEntry[]): void {
    for (const record of recorded(entries)) this.watch.apply({ ...record, sequence: this.sequence++ }, true);
  }

  /** Takes them with the broker's ticks in between, and goes on ticking to the end. */
  live(from: number, to: number, entries: readonly JournalEntry[] = []): void {
    const ticks: JournalEntry[] = [];
    for (let at = from; at <= to; at += seconds(4)) ticks.push(entry("tick", at));
    this.take(...[...ticks, ...entries].sort((a, b) => a.receivedAt - b.receivedAt));
  }

  /** Killed, and taken up from what is on the disk. */
  restart(): void {
    this.commit();
    const { states, memories } = this.stored;
    const checkpoint = { sequence: this.sequence, time: this.watch.time, memory: this.watch.memory() };
    const saved = { checkpoint, states: [...states.values()], rules: [...memories.values()] };
    this.watch = this.start(JSON.parse(JSON.stringify(saved)));
  }

  /** What became of the alerts of a rule, as `minute: change severity`. */
  of(ruleId: string, type = "alert"): string[] {
    this.commit();
    return this.told
      .filter((each) => each.alert.ruleId === ruleId && each.type === type)
      .map(({ at, change, alert }) => `${Math.round((at - T) / minutes(1))}: ${change} ${alert.severity}`);
  }

  /** Rules that had an alert, in their order. */
  get rules(): string[] {
    this.commit();
    return [...new Set(this.told.map(({ alert }) => alert.ruleId))];
  }

  last(ruleId: string): Alert {
    this.commit();
    const found = this.told.findLast(({ alert }) => alert.ruleId === ruleId);
    if (found === undefined) throw new Error(`no alert of ${ruleId}`);
    return found.alert;
  }

  private start(start: ConstructorParameters<typeof Watch>[1] | undefined): Watch {
    const options = { registry: this.registry, kinds: DEVICE_KINDS, limits, site, rules: this.book };
    return new Watch(options, start ?? { checkpoint: undefined, states: [], rules: [] });
  }

  private commit(): void {
    const { changed, transitions } = this.watch.takeEffects();
    for (const id of changed) this.stored.states.set(id, this.watch.state(id));
    for (const memory of this.watch.takeMemories(changed)) {
      this.stored.memories.set(`${memory.deviceId} ${memory.ruleId}`, memory);
    }
    for (const { at, type, data } of transitions) {
      if (type !== "connection") this.told.push({ at, type, change: String(data.change), alert: data.alert as Alert });
    }
  }
}

/** One message of a device every so often. */
function every(step: number, from: number, to: number, make: (at: number) => JournalEntry): JournalEntry[] {
  const all: JournalEntry[] = [];
  for (let at = from; at <= to; at += step) all.push(make(at));
  return all;
}

const cool = (at: number) => published("e1", at, { machineRoomTemperature: 22 });
const hot = (at: number) => published("e1", at, { machineRoomTemperature: 48 });

describe("the promises of alerts, as far as watch keeps them", () => {
  it("4. a restart during pending neither loses it nor begins it anew", () => {
    const platform = new Platform(LIFT);
    platform.live(T, T + minutes(7), every(minutes(1), T, T + minutes(7), hot));
    platform.restart();
    platform.live(T + minutes(7), T + minutes(20), every(minutes(1), T + minutes(8), T + minutes(20), hot));
    expect(platform.of("lift.machineRoomTemperature")).toEqual(["15: opened medium"]);
  });

  it("4. after an outage of ours no device is offline, and one that stays away is, after its own patience", () => {
    const many = Array.from({ length: 40 }, (_, index) => device(`s${index}`, { offlineAfterMs: minutes(10) }));
    const platform = new Platform(...many);
    const speak = (at: number) => many.map(({ id }) => published(id, at, { temperature: 20 }));
    platform.live(T, T + minutes(3), [T, T + minutes(1), T + minutes(2)].flatMap(speak));
    platform.restart();
    const back = T + hours(2);
    platform.take(entry("start", back, { topic: "epoch" }));
    const spoken = (id: string, first: number, from: number, to: number) =>
      every(minutes(1), first, to, (at) => published(id, at, { temperature: 20 })).filter(
        ({ receivedAt }) => receivedAt > from,
      );
    const heard = (from: number, to: number) =>
      many.slice(1).flatMap(({ id }, index) => spoken(id, back + seconds(10 * index + 10), from, to));
    platform.live(back + seconds(1), back + minutes(9), heard(back, back + minutes(9)));
    expect(platform.rules).toEqual([]);
    platform.live(back + minutes(9), back + minutes(11), heard(back + minutes(9), back + minutes(11)));
    expect(platform.last("device.offline").deviceId).toBe("s0");
    expect(platform.of("device.offline")).toHaveLength(1);
  });

  it("5. old values, however they arrive, make nothing healthy", () => {
    const platform = new Platform(LIFT);
    const alarm = (value: boolean, ts: number, at: number) =>
      published("e1", at, { ts, values: { machineRoomTemperature: value ? 48 : 22 } });
    platform.live(
      T,
      T + minutes(20),
      every(minutes(1), T, T + minutes(20), (at) => alarm(true, at, at)),
    );
    const replayed = [alarm(false, T - minutes(1), T + minutes(21)), alarm(false, T + minutes(3), T + minutes(21))];
    platform.live(T + minutes(20), T + minutes(22), replayed);
    expect(platform.of("lift.machineRoomTemperature")).toEqual(["15: opened medium"]);
    expect(platform.watch.state("e1")?.points.machineRoomTemperature?.value).toBe(48);
  });

  it("6. a device that falls silent while in alert: it stays, marked stale, and is over when it says so", () => {
    const platform = new Platform(LIFT);
    platform.live(T, T + hours(1), every(minutes(1), T, T + minutes(16), hot));
    expect(platform.of("lift.machineRoomTemperature")).toEqual(["15: opened medium", "21: stale medium"]);
    expect(platform.of("device.offline").concat(platform.of("lift.dataLost"))).not.toEqual([]);
    platform.live(T + hours(1), T + minutes(90), every(minutes(1), T + hours(1), T + minutes(90), cool));
    const after = platform.of("lift.machineRoomTemperature").slice(2);
    expect(after.map((line) => line.replace(/^\d+: /, ""))).toEqual(["cleared medium"]);
  });

  it("14. an entrapment that a gap of six minutes held back opens on arrival, with its own time", () => {
    const platform = new Platform(LIFT);
    const event = published("e1", T + minutes(7), { type: "entrapment", ts: T + minutes(1), data: {} }, "event");
    platform.live(T, T + minutes(8), [cool(T), event]);
    expect(platform.of("lift.entrapment")).toEqual(["7: opened critical"]);
    expect(platform.last("lift.entrapment").beganAt).toBe(T + minutes(1));
  });

  it("15. one reading stamped 2099 changes nothing for those that follow", () => {
    const platform = new Platform(LIFT);
    const future = Date.UTC(2099, 0, 1);
    const stamped = published("e1", T + seconds(30), { ts: future, values: { machineRoomTemperature: 20 } });
    const rest = every(minutes(1), T, T + minutes(16), (at) =>
      published("e1", at, { ts: at, values: { machineRoomTemperature: 48 } }),
    );
    platform.live(T, T + minutes(16), [stamped, ...rest]);
    expect(platform.of("lift.machineRoomTemperature")).toEqual(["15: opened medium"]);
  });

  it("15. a clock that is hours ahead hides no passenger, and is told of", () => {
    const platform = new Platform(LIFT);
    const stated = (at: number, values: object) => published("e1", at, { ts: at + hours(8), values });
    const told = every(seconds(30), T, T + minutes(70), (at) => stated(at, { machineRoomTemperature: 22 }));
    const trapped = stated(T + minutes(3) + 1, { passengerAlarm: true });
    platform.live(T, T + minutes(70), [...told, trapped]);
    expect(platform.of("lift.entrapment")).toEqual(["3: opened critical"]);
    expect(platform.of("device.clockSkew")).toEqual(["61: opened low"]);
  });

  it("18. a rule that is taken away while it fires ends as that; what is latched stays", () => {
    const platform = new Platform(LIFT);
    const trapped = published("e1", T + minutes(16), { passengerAlarm: true });
    platform.live(T, T + minutes(17), [...every(minutes(1), T, T + minutes(16), hot), trapped]);
    const gone = ["lift.machineRoomTemperature", "lift.entrapment"];
    platform.watch.rulesChanged(bookOf(SHIPPED.filter(({ id }) => !gone.includes(id))));
    expect(platform.of("lift.machineRoomTemperature")).toEqual(["15: opened medium", "17: ended medium"]);
    expect(platform.last("lift.machineRoomTemperature").endedBy).toBe("rule");
    expect(platform.of("lift.entrapment")).toEqual(["16: opened critical"]);
    expect(platform.watch.openAlerts.size).toBe(1);
  });

  it("19. a sale that goes on though it must not is a critical alert", () => {
    const platform = new Platform(device("m1", { kind: "medicine-vending-machine" }));
    const warm = (at: number) =>
      published("m1", at, {
        saleState: "open",
        "compartment.a.zone": "cold",
        "compartment.a.temperature": 13,
      });
    platform.live(T, T + minutes(30), every(minutes(1), T, T + minutes(30), warm));
    expect(platform.of("meds.saleStillPossible")).toEqual(["12: opened critical"]);
  });
});

describe("a rule on trial", () => {
  it("is evaluated like any other, and nobody's alert", () => {
    const platform = new Platform(LIFT);
    const rule = ruleNamed("lift.machineRoomTemperature");
    const current = versionOf(rule);
    const warmer = { ...rule, params: { ...rule.params, hottest: 20 } };
    const candidate = versionOf(warmer, { version: 2, standing: "candidate", origin: "person" });
    platform.book = new RuleBook({ versions: [current, candidate], overrides: [] }, DEVICE_KINDS);
    platform.watch.rulesChanged(platform.book);
    platform.live(T, T + minutes(20), every(minutes(1), T, T + minutes(20), cool));
    expect(platform.of(rule.id, "alert")).toEqual([]);
    expect(platform.of(rule.id, "shadow")).toEqual(["15: opened medium"]);
    expect(platform.watch.openAlerts.size).toBe(0);
  });

  it("that cannot be used is left out and named; the others go on", () => {
    const platform = new Platform(LIFT);
    const rule = ruleNamed("lift.machineRoomTemperature");
    const [level] = rule.levels;
    if (level === undefined) throw new Error("no level");
    const broken = { ...rule, levels: [{ ...level, when: { point: "noSuchPoint", above: 1 } }] };
    const versions = SHIPPED.map((each) => versionOf(each.id === rule.id ? broken : each));
    const book = new RuleBook({ versions, overrides: [] }, DEVICE_KINDS);
    expect(book.unusable).toMatchObject([
      { ruleId: rule.id, problems: [{ field: expect.stringContaining("levels") }] },
    ]);
    platform.watch.rulesChanged(book);
    platform.live(T, T + minutes(1), [published("e1", T, { passengerAlarm: true })]);
    expect(platform.rules).toEqual(["lift.entrapment"]);
  });
});

describe("what a person, or the registry, ends", () => {
  const trapped = published("e1", T, { passengerAlarm: true });
  const free = published("e1", T + minutes(5), { passengerAlarm: false });
  const word = { outcome: "real", text: "let out" };

  it("a closing counts when it is over, and not while it is true", () => {
    const platform = new Platform(LIFT);
    platform.live(T, T + minutes(2), [trapped]);
    const { id } = platform.last("lift.entrapment");
    platform.take(closed(id, T + minutes(3), word));
    expect(platform.of("lift.entrapment")).toEqual(["0: opened critical"]);
    platform.live(T + minutes(4), T + minutes(6), [free]);
    expect(platform.of("lift.entrapment"), "latched").toEqual(["0: opened critical"]);
    platform.take(closed(id, T + minutes(7), word));
    expect(platform.of("lift.entrapment")).toEqual(["0: opened critical", "7: cleared critical"]);
    expect(platform.last("lift.entrapment").endedBy).toBe("person");
    platform.take(closed(id, T + minutes(8), word));
    expect(platform.of("lift.entrapment")).toHaveLength(2);
  });

  it("a closing that was said while nobody watched counts after the restart", () => {
    const platform = new Platform(LIFT);
    platform.live(T, T + minutes(6), [trapped, free]);
    const { id } = platform.last("lift.entrapment");
    platform.restart();
    platform.take(closed(id, T + minutes(7), word));
    expect(platform.last("lift.entrapment").endedBy).toBe("person");
  });

  it("a device that is retired takes its alerts along, before or after a restart", () => {
    for (const restarts of [false, true]) {
      const platform = new Platform(LIFT);
      platform.live(T, T + minutes(1), [trapped]);
      platform.registry.put({ ...LIFT, retiredAt: T + minutes(1) });
      if (restarts) platform.restart();
      else platform.watch.registryChanged();
      expect(platform.last("lift.entrapment")).toMatchObject({ active: false, endedBy: "retired" });
    }
  });
});
