import type { DeviceState } from "@linli/model";
import { describe, expect, it } from "vitest";
import { LiveStore } from "./live-store.ts";
import { isKnown } from "./use-live.ts";

function state(deviceId: string, connection: DeviceState["connection"]): DeviceState {
  return { deviceId, connection, connectionSince: 0, lastSeenAt: 0, points: {} };
}

function withFrames() {
  let frame: (() => void) | undefined;
  const store = new LiveStore((flush) => {
    frame = flush;
  });
  let renders = 0;
  store.subscribe(() => renders++);
  const nextFrame = () => frame?.();
  return { store, nextFrame, renders: () => renders };
}

describe("LiveStore", () => {
  it("shows many changes once per frame", () => {
    const { store, nextFrame, renders } = withFrames();
    store.replace([state("a", "online"), state("b", "online")]);
    store.patch([state("a", "late")]);
    store.patch([state("b", "offline")]);
    store.heard(5_000, 6_000);
    expect(store.view().states.size).toBe(0);
    nextFrame();
    expect(renders()).toBe(1);
    expect([...store.view().states.values()].map(({ connection }) => connection)).toEqual(["late", "offline"]);
    expect(store.view()).toMatchObject({ status: "live", heardAt: 5_000, clockOffset: 1_000 });
  });

  it("keeps what it knew when the stream is lost, and stops calling it known after a minute", () => {
    const { store, nextFrame } = withFrames();
    store.replace([state("a", "online")]);
    store.heard(1_000);
    store.lost();
    nextFrame();
    expect(store.view().states.get("a")?.connection).toBe("online");
    expect(isKnown(store.view(), 30_000)).toBe(true);
    expect(isKnown(store.view(), 61_000)).toBe(false);
  });
});
