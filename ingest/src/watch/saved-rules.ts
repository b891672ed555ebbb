import type { RuleState } from "@linli/alerting";
import type { RuleMemory } from "@linli/stores";
import { DEVICE_NOTE, type DeviceNote } from "./device-note.ts";

/** What was stored of a device's rules, and beside its state. */
export interface SavedRules {
  /** Absent of a device that was never watched by rules. */
  readonly note: DeviceNote | undefined;
  readonly noteText: string | undefined;
  readonly states: readonly (readonly [engineId: string, state: RuleState])[];
}

const NOTHING: readonly RuleMemory[] = [];

/** By device; read when asked for. */
export function savedRules(memories: readonly RuleMemory[]): (deviceId: string) => SavedRules {
  const byDevice = new Map<string, RuleMemory[]>();
  for (const memory of memories) {
    const own = byDevice.get(memory.deviceId);
    if (own) own.push(memory);
    else byDevice.set(memory.deviceId, [memory]);
  }
  return (deviceId) => {
    let noteText: string | undefined;
    const states: (readonly [string, RuleState])[] = [];
    for (const { ruleId, state } of byDevice.get(deviceId) ?? NOTHING) {
      if (state === null) continue;
      if (ruleId === DEVICE_NOTE) noteText = state;
      else states.push([ruleId, JSON.parse(state) as RuleState]);
    }
    const note = noteText === undefined ? undefined : (JSON.parse(noteText) as DeviceNote);
    return { note, noteText, states };
  };
}
