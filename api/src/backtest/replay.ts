import { type ParamsOf, type RuleSet, type Site, VirtualDevice } from "@linli/alerting";
import { type Backtest, compareSeverity, DEVICE_KINDS, type Device, days } from "@linli/model";
import { type Happening, type PastSources, pastOf, type Stretch } from "./device-past.ts";
import type { Pace } from "./pace.ts";

/** So long before the stretch its rules begin to look, so that windows are full and what holds is known. */
const WARM_UP = days(1);

export type PastAlert = Backtest["alerts"][number];

export interface Replay {
  readonly rules: RuleSet;
  /** The one that it is about; others are there only where they replace it. */
  readonly ruleId: string;
  readonly site: Site;
  readonly paramsOf: (deviceId: string) => ParamsOf;
}

export interface Replayed {
  readonly alerts: readonly PastAlert[];
  readonly readings: number;
  readonly coarse: boolean;
  /** It said something. */
  readonly spoke: boolean;
}

function happen(device: VirtualDevice, happening: Happening): void {
  switch (happening.type) {
    case "values":
      return device.values(happening.at, happening.values);
    case "connection":
      return device.connect(happening.at, happening.to);
    case "event": {
      const { type, data, observedAt } = happening.event;
      return device.event(happening.at, type, { observedAt, ...(data && { data }) });
    }
  }
}

/** The episodes of one rule that opened in the stretch. */
function alertsOf({ effects }: VirtualDevice, ruleId: string, { from }: Stretch): PastAlert[] {
  const byId = new Map<string, PastAlert>();
  for (const { alert, reason } of effects) {
    if (alert.ruleId !== ruleId || alert.openedAt < from) continue;
    const known = byId.get(alert.id);
    const severity = known && compareSeverity(known.severity, alert.severity) > 0 ? known.severity : alert.severity;
    const { deviceId, openedAt, facts } = alert;
    const first = known ?? { deviceId, openedAt, reason, facts };
    byId.set(alert.id, { ...first, severity, overAt: alert.active ? null : alert.clearedAt });
  }
  return [...byId.values()];
}

/** Goes through what one device did, as its rules would have been told of it. Undefined when it was cut short. */
export async function replayDevice(
  { rules, ruleId, site, paramsOf }: Replay,
  device: Device,
  stretch: Stretch,
  { sources, pace }: { readonly sources: PastSources; readonly pace: Pace },
): Promise<Replayed | undefined> {
  const kind = DEVICE_KINDS.get(device.kind);
  if (kind === undefined) return { alerts: [], readings: 0, coarse: false, spoke: false };
  const whole = { from: stretch.from - WARM_UP, to: stretch.to };
  const { id, tags } = device;
  const virtual = new VirtualDevice({ rules, kind, site, id, tags, paramsOf: paramsOf(id) }, whole.from);
  let [readings, coarse, spoke] = [0, false, false];
  for await (const part of pastOf(sources, id, whole)) {
    readings += part.readings;
    coarse ||= part.coarse;
    for (const happening of part.happenings) {
      spoke ||= happening.type !== "connection";
      happen(virtual, happening);
      await pace.breathe();
      if (pace.isOver) return undefined;
    }
    // a device that never spoke is none that fell silent
    if (spoke) virtual.until(part.to - 1);
    await pace.breathe();
    if (pace.isOver) return undefined;
  }
  return { alerts: spoke ? alertsOf(virtual, ruleId, stretch) : [], readings, coarse, spoke };
}
