import { type AlertEffect } from "@linli/alerting";
import { type Alert, drillAlertId, drillOf, drillSchema, idSchema, minutes, severitySchema } from "@linli/model";
import type { JournalRecord, Transition } from "@linli/stores";
import { z } from "zod";

/** An exercise under way. */
export interface OpenDrill {
  readonly alert: Alert;
  /** When it ends by itself; journal time. */
  readonly until: number;
}

const startSchema = z.object({
  ...drillSchema.omit({ by: true }).shape,
  ruleId: z.string(),
  ruleVersion: z.number().int(),
  deviceId: idSchema,
  severity: severitySchema,
  minutes: z.number().int().min(1).max(240),
});
const PERSON = "person:";

function startOf({ payload }: JournalRecord): z.infer<typeof startSchema> | undefined {
  try {
    return startSchema.safeParse(JSON.parse(Buffer.from(payload).toString())).data;
  } catch {
    return undefined;
  }
}

/** Exercises: they open and end an alert of their own beside whatever the rules say, and touch no rule's state. */
export class Drills {
  private readonly open = new Map<string, OpenDrill>();
  private readonly emit: (transition: Transition) => void;

  constructor(saved: readonly OpenDrill[], emit: (transition: Transition) => void) {
    this.emit = emit;
    for (const drill of saved) this.open.set(drill.alert.id, drill);
  }

  /** Takes a person's word about a drill; false when it is about none. */
  take(record: JournalRecord, isKnown: (deviceId: string) => boolean): boolean {
    const drillId = drillOf(record.topic);
    if (drillId === undefined) return false;
    const asked = startOf(record);
    const id = drillAlertId(drillId);
    if (asked === undefined || this.open.has(id) || !isKnown(asked.deviceId)) return true;
    const at = record.receivedAt;
    const by = record.principal.slice(PERSON.length);
    const { ruleId, ruleVersion, deviceId, severity, people, note } = asked;
    const alert: Alert = {
      ...{ id, ruleId, ruleVersion, deviceId, severity },
      ...{ lifeSafety: false, active: true, latched: false, stale: false },
      ...{ openedAt: at, beganAt: at, lastSeenAt: at, clearedAt: null, endedBy: null, facts: [] },
      drill: { people, by, note },
    };
    this.open.set(id, { alert, until: at + minutes(asked.minutes) });
    this.tell({ change: "opened", alert, reason: `drill of ${by}` }, at);
    return true;
  }

  /** Somebody ends one before its time; false when it is none, or over. */
  end(alertId: string, by: string, at: number): boolean {
    return this.over(alertId, at, { endedBy: "person", reason: `ended by ${by}` });
  }

  /** Time goes on: what has lasted long enough ends, at its own moment. */
  pass(at: number): void {
    for (const [id, { until }] of this.open) {
      if (until <= at) this.over(id, until, { endedBy: "cleared", reason: "the drill is over" });
    }
  }

  /** The device is gone: nobody exercises on it any more. */
  retired(deviceId: string, at: number): void {
    for (const [id, { alert }] of this.open) {
      if (alert.deviceId === deviceId) this.over(id, at, { endedBy: "retired", reason: "the device was retired" });
    }
  }

  save(): readonly OpenDrill[] {
    return [...this.open.values()];
  }

  private over(id: string, at: number, how: { endedBy: Alert["endedBy"]; reason: string }): boolean {
    const drill = this.open.get(id);
    if (drill === undefined) return false;
    this.open.delete(id);
    const { endedBy, reason } = how;
    const alert: Alert = { ...drill.alert, active: false, clearedAt: at, endedBy };
    this.tell({ change: "ended", alert, reason }, at);
    return true;
  }

  private tell({ alert, ...told }: AlertEffect, at: number): void {
    const key = `alert:${alert.id}:${told.change}:${at}:${alert.severity}`;
    this.emit({ key, type: "alert", deviceId: alert.deviceId, at, data: { ...told, alert } });
  }
}
