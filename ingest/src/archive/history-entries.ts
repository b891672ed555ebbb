import { type Alert, checkValue, type DeviceEvent, type DeviceKind, type Severity } from "@linli/model";
import type { HistoryEntry, SeriesOwner, Transition } from "@linli/stores";
import { shortText } from "../interpret/short-text.ts";

type Scalar = string | number | boolean;

/** What a transition of an alert tells. */
interface AlertData {
  readonly change: string;
  readonly alert: Alert;
  readonly before?: Severity;
  readonly reason: string;
}

function scalars(data: Readonly<Record<string, unknown>>): Record<string, Scalar> {
  const entries = Object.entries(data).map(([name, value]): [string, Scalar] => {
    if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return [name, value];
    return [name, shortText(value)];
  });
  return Object.fromEntries(entries);
}

/**
 * An event as its kind declares it: a field for each declared datum of the declared type. What is not declared could have
 * any name and any type; it stands together in one text, `more`, and an undeclared type in `reported`.
 */
export function eventEntry(event: DeviceEvent, owner: SeriesOwner, kind: DeviceKind | undefined): HistoryEntry {
  const declared = kind && Object.hasOwn(kind.events, event.type) ? kind.events[event.type] : undefined;
  const data: Record<string, Scalar> = {};
  const more: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(event.data ?? {})) {
    const datum = declared && Object.hasOwn(declared.data, name) ? declared.data[name] : undefined;
    const checked = datum && checkValue(datum, value);
    if (checked !== undefined && "value" in checked) data[name] = checked.value;
    else more[name] = value;
  }
  if (Object.keys(more).length > 0) data.more = shortText(more);
  if (declared === undefined) data.reported = event.type;
  const type = declared === undefined ? "other" : event.type;
  return { id: event.id, owner, measurement: "event", type, at: event.observedAt, data };
}

/** A transition: of a connection, its state is what it goes `to`; of an alert, its type is the rule. */
export function transitionEntry(transition: Transition, owner: SeriesOwner): HistoryEntry {
  if (transition.type === "alert") return alertEntry(transition, owner);
  const { key, type, at, data } = transition;
  const { to, ...rest } = data;
  const entry = { id: key, owner, measurement: "transition", type, at, data: scalars(rest) } as const;
  return typeof to === "string" ? { ...entry, state: to } : entry;
}

/** The severity while it is active, then `cleared` or `ended`. */
function alertEntry({ key, at, data }: Transition, owner: SeriesOwner): HistoryEntry {
  const { alert, change, before, reason } = data as unknown as AlertData;
  const wasMended = alert.endedBy === "cleared" || alert.endedBy === "person";
  const state = alert.active ? alert.severity : wasMended ? "cleared" : "ended";
  const told = { alert: alert.id, change, severity: alert.severity, reason: shortText(reason) };
  const from = before === undefined ? {} : { from: before };
  return { id: key, owner, measurement: "transition", type: alert.ruleId, at, state, data: { ...told, ...from } };
}

/** Whether it says that something is otherwise now: that an alert was seen once more does not. */
export function isChange({ type, data }: Transition): boolean {
  return type !== "alert" || data["change"] !== "seen";
}
