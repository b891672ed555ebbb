import { compileRule, RuleSet } from "@linli/alerting";
import { DEVICE_KINDS, type Device, type Rule } from "@linli/model";
import type { Parts } from "../parts.ts";
import type { Stretch } from "./device-past.ts";
import type { Pace } from "./pace.ts";
import { type PastAlert, replayDevice } from "./replay.ts";

const MOST_DEVICES = 500;
const MOST_READINGS = 2_000_000;

/** What a rule would have raised in a stretch of the stored past. */
export interface PastAlerts {
  readonly alerts: readonly PastAlert[];
  /** Devices that said something then. */
  readonly tested: number;
  readonly readings: number;
  /** Some of it is means that are left of what was reported. */
  readonly coarse: boolean;
  /** Not every device was looked at, or not all of one. */
  readonly truncated: boolean;
}

/** The rule as if it were in force, with those that would keep it silent. */
async function setWith({ state }: Parts, rule: Rule): Promise<RuleSet> {
  const others = (await state.rules.current()).filter(
    (one) => one.standing === "current" && one.rule.id !== rule.id && one.rule.replaces.includes(rule.id),
  );
  const tried: Rule = rule.start === "off" ? { ...rule, start: "armed" } : rule;
  const all = [{ rule: tried, version: 1 }, ...others];
  return new RuleSet(all.map((one) => compileRule(one.rule, { version: one.version, kinds: DEVICE_KINDS })));
}

/** A device's own numbers for each rule. */
async function numbersOf({ state }: Parts) {
  const overrides = await state.rules.overrides();
  const known = new Map(overrides.map(({ ruleId, deviceId, params }) => [`${ruleId} ${deviceId}`, params]));
  return (deviceId: string) => (ruleId: string) => known.get(`${ruleId} ${deviceId}`);
}

/** Gives the past of each device to the rule, as long as `pace` allows. */
export async function pastAlerts(
  parts: Parts,
  rule: Rule,
  { devices, stretch, pace }: { readonly devices: readonly Device[]; readonly stretch: Stretch; readonly pace: Pace },
): Promise<PastAlerts> {
  const { LINLI_TIME_ZONE: timeZone, LINLI_LATITUDE: latitude, LINLI_LONGITUDE: longitude } = parts.settings;
  const rules = await setWith(parts, rule);
  const replay = { rules, ruleId: rule.id, site: { timeZone, latitude, longitude }, paramsOf: await numbersOf(parts) };
  const alerts: PastAlert[] = [];
  let [tested, readings, coarse, truncated] = [0, 0, false, devices.length > MOST_DEVICES];
  for (const device of devices.slice(0, MOST_DEVICES)) {
    const replayed = await replayDevice(replay, device, stretch, { sources: parts, pace });
    if (replayed === undefined || readings > MOST_READINGS) {
      truncated = true;
      break;
    }
    if (replayed.spoke) tested += 1;
    readings += replayed.readings;
    coarse ||= replayed.coarse;
    alerts.push(...replayed.alerts);
  }
  return { alerts, tested, readings, coarse, truncated };
}
