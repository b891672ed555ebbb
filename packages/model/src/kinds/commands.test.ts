import { describe, expect, it } from "vitest";
import { DEVICE_KINDS } from "./index.ts";

const END = Date.UTC(2026, 0, 1);

function accepts(kind: string, command: string, args: unknown): boolean {
  const type = DEVICE_KINDS.get(kind)?.commands[command];
  if (!type) throw new Error(`${kind} has no ${command}`);
  return type.args.safeParse(args).success;
}

describe("command arguments", () => {
  it.each([
    ["elevator", "playAnnouncement", { text: "请不要惊慌" }],
    ["elevator", "playAnnouncement", { clip: "calm-1" }],
    ["elevator", "setMaintenance", { on: true, who: "W-17", until: END }],
    ["elevator", "setMaintenance", { on: false, who: "W-17" }],
    ["streetlight", "setPower", { power: "on", until: END }],
    ["streetlight", "setDimming", { level: 40, until: END }],
    ["streetlight", "clearOverride", {}],
    ["camera", "setIr", { mode: "auto" }],
    ["camera", "setIr", { mode: "on", until: END }],
    ["clinic-kiosk", "reboot", {}],
    ["clinic-kiosk", "lockOut", { reason: "检定过期", until: END }],
    ["medicine-vending-machine", "setSellable", { slot: "all", sellable: false }],
    ["medicine-vending-machine", "setTemperatureSetpoint", { compartment: "main", temperature: 5 }],
    ["gym-machine", "lock", { reason: "motor", until: END }],
    ["gym-room", "setRoomHvac", { mode: "cool", temperature: 24, until: END }],
  ])("%s accepts %s %j", (kind, command, args) => {
    expect(accepts(kind, command, args)).toBe(true);
  });

  it.each([
    ["elevator", "playAnnouncement", {}],
    ["elevator", "playAnnouncement", { text: "a", clip: "b" }],
    ["elevator", "setMaintenance", { on: true, who: "W-17" }],
    ["streetlight", "setPower", { power: "on" }],
    ["streetlight", "setDimming", { level: 40 }],
    ["streetlight", "setDimming", { level: 101, until: END }],
    ["streetlight", "clearOverride", { surprise: 1 }],
    ["camera", "setIr", { mode: "off" }],
    ["clinic-kiosk", "lockOut", { reason: "x" }],
    ["medicine-vending-machine", "testVend", {}],
    ["gym-machine", "lock", { reason: "motor" }],
    ["gym-room", "setRoomHvac", { mode: "cool" }],
  ])("%s refuses %s %j", (kind, command, args) => {
    expect(accepts(kind, command, args)).toBe(false);
  });

  it("asks for two persons where a mistake spoils the medicines, and nowhere else", () => {
    const two = [...DEVICE_KINDS.values()].flatMap((kind) =>
      Object.entries(kind.commands)
        .filter(([, command]) => command.twoPersons)
        .map(([name]) => `${kind.id} ${name}`),
    );
    expect(two).toEqual(["medicine-vending-machine setTemperatureSetpoint"]);
  });

  it("does not deliver an order to open a door later than a minute", () => {
    expect(DEVICE_KINDS.get("clinic-kiosk")?.commands["openDoor"]?.expiresAfter).toBe(60_000);
    expect(DEVICE_KINDS.get("gym-room")?.commands["unlockDoor"]?.expiresAfter).toBe(60_000);
  });
});
