import { describe, expect, test } from "vitest";
import { type Action, decide, type Relations, type Verdict } from "./acl.ts";
import type { Principal } from "./principal.ts";

const registry = new Map([
  ["lift-1", { gatewayId: null, placeId: "north" }],
  ["lift-10", { gatewayId: null, placeId: "south" }],
  ["gateway-1", { gatewayId: null, placeId: "north" }],
  ["child-1", { gatewayId: "gateway-1", placeId: "north" }],
  ["grandchild-1", { gatewayId: "child-1", placeId: "north" }],
]);
const relations: Relations = {
  device: (id) => registry.get(id),
  isWithin: (place, ancestor) => place === ancestor || ancestor === "town",
};
const device = (id: string): Principal => ({ type: "device", id, credentialId: "c" });
const program = (...placeIds: string[]): Principal => ({ type: "integrator", id: "t", placeIds });
const everywhere: Principal = { type: "integrator", id: "t", placeIds: null };
const D = "linli/v1/devices";

const cases: [Principal, Action, string, Verdict][] = [
  [device("lift-1"), "publish", `${D}/lift-1/telemetry`, "allowed"],
  [device("lift-1"), "publish", `${D}/lift-1/event`, "allowed"],
  [device("lift-1"), "publish", `${D}/lift-1/status`, "allowed"],
  [device("lift-1"), "publish", `${D}/lift-1/commands/c1/result`, "allowed"],
  [device("lift-1"), "publish", "v1/devices/me/telemetry", "allowed"],
  [device("lift-1"), "publish", "v1/devices/me/attributes", "allowed"],
  [device("lift-1"), "publish", `${D}/lift-1/commands/c1`, "wrong-direction"],
  [device("lift-1"), "publish", "linli/v1/state/lift-1", "wrong-direction"],
  [device("lift-1"), "publish", "linli/v1/alerts/a1", "wrong-direction"],
  [device("lift-1"), "publish", `${D}/lift-10/telemetry`, "foreign-device"],
  [device("lift-10"), "publish", `${D}/lift-1/telemetry`, "foreign-device"],
  [device("lift-1"), "publish", `${D}/lift-2/telemetry`, "foreign-device"],
  [device("gone"), "publish", `${D}/gone/telemetry`, "foreign-device"],
  [device("gone"), "publish", "v1/devices/me/telemetry", "foreign-device"],
  [device("gateway-1"), "publish", `${D}/child-1/telemetry`, "allowed"],
  [device("gateway-1"), "publish", `${D}/grandchild-1/telemetry`, "foreign-device"],
  [device("child-1"), "publish", `${D}/gateway-1/telemetry`, "foreign-device"],
  [device("lift-1"), "publish", "$SYS/broker", "system-topic"],
  [device("lift-1"), "publish", `${D}/lift-1/telemetry/more`, "unknown-topic"],
  [device("lift-1"), "publish", "anything", "unknown-topic"],
  [device("lift-1"), "publish", "x/".repeat(16), "topic-too-long"],
  [device("lift-1"), "publish", "x".repeat(513), "topic-too-long"],
  [everywhere, "publish", `${D}/lift-1/telemetry`, "wrong-direction"],
  [device("lift-1"), "subscribe", `${D}/lift-1/commands/+`, "allowed"],
  [device("lift-1"), "subscribe", `${D}/lift-1/commands/#`, "allowed"],
  [device("lift-1"), "subscribe", `${D}/lift-1/commands/c1`, "allowed"],
  [device("gateway-1"), "subscribe", `${D}/child-1/commands/+`, "allowed"],
  [device("lift-1"), "subscribe", `${D}/lift-10/commands/+`, "foreign-device"],
  [device("child-1"), "subscribe", `${D}/gateway-1/commands/+`, "foreign-device"],
  [device("lift-1"), "subscribe", `${D}/+/commands/+`, "unknown-topic"],
  [device("lift-1"), "subscribe", `${D}/lift-1/commands/c1/result`, "unknown-topic"],
  [device("lift-1"), "subscribe", `${D}/lift-1/+`, "unknown-topic"],
  [device("lift-1"), "subscribe", "#", "unknown-topic"],
  [device("lift-1"), "subscribe", "+/+", "unknown-topic"],
  [device("lift-1"), "subscribe", "$SYS/#", "system-topic"],
  [device("lift-1"), "subscribe", `$share/g/${D}/lift-1/commands/+`, "system-topic"],
  [device("lift-1"), "subscribe", "linli/v1/state/lift-1", "wrong-direction"],
  [everywhere, "subscribe", "linli/v1/state/+", "allowed"],
  [everywhere, "subscribe", "linli/v1/state/#", "allowed"],
  [everywhere, "subscribe", "linli/v1/alerts/+", "allowed"],
  // an alert's id is longer than a device's
  [everywhere, "receive", `linli/v1/alerts/lift.entrapment_${"x".repeat(64)}_mb3x8k2p`, "allowed"],
  [everywhere, "subscribe", "linli/v1/alerts/no such", "unknown-topic"],
  [everywhere, "subscribe", "linli/v1/+/lift-1", "unknown-topic"],
  [everywhere, "subscribe", "#", "unknown-topic"],
  [everywhere, "subscribe", `${D}/lift-1/commands/+`, "wrong-direction"],
  [program("north"), "subscribe", "linli/v1/state/+", "allowed"],
  [program("north"), "subscribe", "linli/v1/state/lift-1", "allowed"],
  [program("north"), "subscribe", "linli/v1/state/lift-10", "out-of-scope"],
  [program("north"), "subscribe", "linli/v1/alerts/+", "out-of-scope"],
  [program(), "receive", "linli/v1/state/lift-1", "out-of-scope"],
  [program("north"), "receive", "linli/v1/state/lift-1", "allowed"],
  [program("town"), "receive", "linli/v1/state/lift-10", "allowed"],
  [program("north"), "receive", "linli/v1/state/lift-10", "out-of-scope"],
  [program("north"), "receive", "linli/v1/state/gone", "out-of-scope"],
  [device("lift-1"), "receive", `${D}/lift-1/commands/c1`, "allowed"],
  [device("lift-1"), "receive", `${D}/lift-10/commands/c1`, "foreign-device"],
];

describe("access", () => {
  test.each(cases)("%o may %s %s: %s", (principal, action, topic, verdict) => {
    expect(decide(relations, principal, action, topic)).toBe(verdict);
  });
});
