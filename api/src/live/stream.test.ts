import type { DeviceState } from "@linli/model";
import { describe, expect, it } from "vitest";
import { type Sink, STALL_MS, Stream } from "./stream.ts";

class TestSink implements Sink {
  texts: string[] = [];
  pending = 0;
  closed = false;
  /** A reader that takes nothing. */
  frozen = false;

  write(text: string): void {
    this.texts.push(text);
    if (this.frozen) this.pending += text.length;
  }

  pendingBytes(): number {
    return this.pending;
  }

  close(): void {
    this.closed = true;
  }
}

const state = (deviceId: string, at = 0): DeviceState => {
  return { deviceId, connection: "online", connectionSince: at, lastSeenAt: at, points: {} };
};

describe("a stream", () => {
  it("numbers changes and not states", () => {
    const sink = new TestSink();
    const stream = new Stream(sink);
    stream.send("change", { topic: "device", id: "d", at: 1, data: null }, 7);
    stream.markDirty("d");
    stream.flush(state);
    expect(sink.texts[0]).toBe('id: 7\nevent: change\ndata: {"topic":"device","id":"d","at":1,"data":null}\n\n');
    expect(sink.texts[1]).toMatch(/^event: state\ndata: \[\{"deviceId":"d"/);
  });

  it("tells the newest state once, however often it changed", () => {
    const sink = new TestSink();
    const stream = new Stream(sink);
    for (let n = 0; n < 1_000; n += 1) stream.markDirty("d");
    stream.flush((id) => state(id, 999));
    expect(sink.texts).toHaveLength(1);
    expect(sink.texts[0]).toContain('"lastSeenAt":999');
  });

  it("holds no states for a reader that takes nothing, and cuts it off after a while", () => {
    const sink = new TestSink();
    sink.frozen = true;
    const stream = new Stream(sink);
    for (let second = 0; second * 1_000 < STALL_MS; second += 1) {
      stream.check(second * 1_000);
      for (let n = 0; n < 5_000; n += 1) stream.markDirty(`device-${n}`);
      stream.flush(state);
    }
    expect(sink.pending).toBeLessThan(200_000);
    expect(sink.closed).toBe(false);
    stream.check(STALL_MS + 1_000);
    expect(sink.closed).toBe(true);
  });

  it("is not cut off while the reader takes what it is sent", () => {
    const sink = new TestSink();
    const stream = new Stream(sink);
    sink.frozen = true;
    for (let second = 0; second < 60; second += 1) {
      sink.pending = 0;
      stream.check(second * 1_000);
      stream.send("heartbeat", { at: second });
    }
    expect(sink.closed).toBe(false);
  });

  it("is cut off when its unread changes grow beyond the bound", () => {
    const sink = new TestSink();
    sink.frozen = true;
    const stream = new Stream(sink);
    for (let seq = 0; seq < 5_000; seq += 1) {
      stream.send("change", { topic: "device", id: "x".repeat(400), at: 1, data: null }, seq);
    }
    expect(sink.closed).toBe(true);
    expect(sink.pending).toBeLessThan(1.1 * 1024 * 1024);
  });

  it("goes on when the reader catches up", () => {
    const sink = new TestSink();
    sink.frozen = true;
    const stream = new Stream(sink);
    for (let n = 0; n < 5_000; n += 1) stream.markDirty(`device-${n}`);
    stream.flush(state);
    expect(sink.texts.length).toBeLessThan(5);
    sink.pending = 0;
    sink.frozen = false;
    stream.flush(state);
    const told = sink.texts.flatMap((text) => JSON.parse(text.split("data: ")[1] ?? "[]") as DeviceState[]);
    expect(new Set(told.map(({ deviceId }) => deviceId)).size).toBe(5_000);
  });
});
