import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type CompiledRule, compileRule, DeviceRules, type DeviceView, type PointView, RuleSet } from "@linli/alerting";
import { DEVICE_KINDS, type DeviceKind, hours, type PointValue, type Reading, type Rule } from "@linli/model";
import { loadShippedRules } from "@linli/rules";
import { EVERY_MS, NEIGHBOURHOOD, valuesOf } from "./healthy-values.ts";
import { mebibytes } from "./table.ts";

/**
 * What the rules that come with Linli cost: a reading, whatever the number of rules on other kinds, and the memory of a
 * fleet's states: `node bench/src/alerting-cost.ts`. Reports, judges nothing.
 */
const READING_KIND = "elevator";
const OTHER_KIND = "streetlight";
const OTHER_RULES = [10, 100, 1_000, 10_000];
const LIFTS = 200;
const MESSAGES = 50;
const ROUNDS = 7;
const FLEET = 100_000;
const START = 1_764_000_000_000;
/** So many of each kind are measured, and stand for their share of the fleet. */
const MEASURED = 200;
/** For so long: until the longest windows are full. */
const OBSERVED_MS = hours(24);

/** A device that is told its values, with as little around it as there can be. */
class BareDevice {
  readonly rules: DeviceRules;
  private readonly points = new Map<string, PointView>();
  private readonly view: DeviceView;
  private lastObservedAt = START;

  constructor(set: RuleSet, kind: DeviceKind, id: string) {
    this.rules = new DeviceRules(set, kind.id);
    const { points } = this;
    const device = {
      id,
      kind: kind.id,
      name: id,
      placeId: "site",
      gatewayId: null,
      units: {},
      extraPoints: {},
      offlineAfterMs: null,
      tags: {},
      version: 1,
      createdAt: START,
      retiredAt: null,
    };
    const lastObservedAt = () => this.lastObservedAt;
    this.view = {
      device,
      kind,
      site: { timeZone: "Asia/Shanghai", latitude: 30.3, longitude: 120.1 },
      connection: "online",
      connectionSince: START,
      get lastSeenAt() {
        return lastObservedAt();
      },
      get lastObservedAt() {
        return lastObservedAt();
      },
      point: (name) => points.get(name),
      pointNames: () => points.keys(),
    };
  }

  tell(at: number, values: readonly (readonly [point: string, value: PointValue])[]): number {
    this.lastObservedAt = at;
    const readings = values.map(([point, value]) => {
      const changedAt = this.points.get(point)?.value === value ? (this.points.get(point)?.changedAt ?? at) : at;
      this.points.set(point, { value, quality: "good", observedAt: at, receivedAt: at, changedAt });
      const type = typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "enum";
      const said = { deviceId: this.view.device.id, point, type, value, quality: "good" } as const;
      const reading: Reading = { ...said, observedAt: at, receivedAt: at, historical: false };
      return { reading, newest: true };
    });
    return this.rules.take({ type: "readings", readings }, { view: this.view, at }).effects.length;
  }

  /** Lets go of all but the rules' own state. */
  bare(): DeviceRules {
    this.points.clear();
    return this.rules;
  }
}

function kindOf(id: string): DeviceKind {
  const kind = DEVICE_KINDS.get(id);
  if (kind === undefined) throw new TypeError(`no kind ${id}`);
  return kind;
}

function compiled(rules: readonly Rule[]): CompiledRule[] {
  return rules.map((rule) => compileRule(rule, { version: 1, kinds: DEVICE_KINDS }));
}

function onOtherKinds(count: number): Rule[] {
  const [first] = shipped.rules.filter(({ kinds }) => kinds?.includes(OTHER_KIND));
  if (first === undefined) throw new TypeError(`no rules for ${OTHER_KIND}`);
  return Array.from({ length: count }, (_, n) => ({
    ...first,
    id: `other.rule${n}`,
    kinds: [OTHER_KIND],
    replaces: [],
  }));
}

/** Nanoseconds of this thread's processor a reading, as one message of all its points tells it. */
function costOf(set: RuleSet): number {
  const kind = kindOf(READING_KIND);
  const lifts = Array.from({ length: LIFTS }, (_, n) => new BareDevice(set, kind, `lift-${n}`));
  const messages = Array.from({ length: 10 }, (_, n) => valuesOf(kind, n));
  // whatever else runs on the machine is not counted
  const from = process.threadCpuUsage();
  let readings = 0;
  for (let message = 0; message < MESSAGES; message++) {
    const values = messages[message % messages.length] ?? [];
    for (const lift of lifts) {
      lift.tell(START + message * 60_000, values);
      readings += values.length;
    }
  }
  const { user, system } = process.threadCpuUsage(from);
  return ((user + system) * 1_000) / readings;
}

function reportCost(): void {
  const own = compiled(shipped.rules);
  const sets = OTHER_RULES.map((count) => new RuleSet([...own, ...compiled(onOtherKinds(count))]));
  const costs = sets.map((): number[] => []);
  for (const set of sets) costOf(set);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, set] of sets.entries()) costs[index]?.push(costOf(set));
  }
  const points = valuesOf(kindOf(READING_KIND), 0).length;
  const asked = sets[0]?.forKind(READING_KIND).all.length ?? 0;
  console.log(`\nA reading (lifts: ${asked} rules, ${points} points a message), the fastest of ${ROUNDS} runs:\n`);
  console.log("| rules on other kinds | ns a reading | µs a message | to the first |\n|---|---|---|---|");
  const first = Math.min(...(costs[0] ?? []));
  for (const [index, count] of OTHER_RULES.entries()) {
    const cost = Math.min(...(costs[index] ?? []));
    const share = `${cost >= first ? "+" : ""}${((cost / first - 1) * 100).toFixed(0)} %`;
    console.log(`| ${count} | ${cost.toFixed(0)} | ${((cost * points) / 1_000).toFixed(1)} | ${share} |`);
  }
}

function heapUsed(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

function reportMemory(): void {
  const set = new RuleSet(compiled(shipped.rules));
  const all = Object.values(NEIGHBOURHOOD).reduce((sum, count) => sum + count, 0);
  console.log(`\nStates after ${OBSERVED_MS / hours(1)} h, ${MEASURED} devices of each kind measured:\n`);
  console.log("| kind | rules | with a state | heap a device | as JSON | µs a reading |\n|---|---|---|---|---|---|");
  const kept: DeviceRules[][] = [];
  let bytes = 0;
  for (const kind of DEVICE_KINDS.values()) {
    const messages = Array.from({ length: OBSERVED_MS / EVERY_MS }, (_, n) => valuesOf(kind, n, n * EVERY_MS));
    const readings = messages.reduce((sum, values) => sum + values.length, 0);
    const before = heapUsed();
    const from = process.threadCpuUsage();
    const devices = Array.from({ length: MEASURED }, (_, n) =>
      fed(new BareDevice(set, kind, `${kind.id}-${n}`), messages),
    );
    kept.push(devices);
    const spent = process.threadCpuUsage(from);
    const micros = (spent.user + spent.system) / (MEASURED * readings);
    const each = (heapUsed() - before) / MEASURED;
    bytes += each * FLEET * ((NEIGHBOURHOOD[kind.id] ?? 0) / all);
    const states = [...(devices[0]?.saved() ?? [])];
    const rules = set.forKind(kind.id).all.length;
    const size = (count: number) => `${(count / 1_024).toFixed(1)} KiB`;
    const json = size(JSON.stringify(states).length);
    console.log(`| ${kind.id} | ${rules} | ${states.length} | ${size(each)} | ${json} | ${micros.toFixed(1)} |`);
  }
  console.log(`\n${FLEET} devices, mixed as in the bundled neighbourhood: ${mebibytes(bytes)}.`);
}

/** All that it tells, a message after the other; only the rules' own state is left of it. */
function fed(device: BareDevice, messages: readonly ReturnType<typeof valuesOf>[]): DeviceRules {
  for (const [n, values] of messages.entries()) {
    if (values.length > 0) device.tell(START + n * EVERY_MS, values);
  }
  return device.bare();
}

const shipped = await loadShippedRules();
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

reportCost();
reportMemory();
