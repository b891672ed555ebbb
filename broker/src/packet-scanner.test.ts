import { fc, test } from "@fast-check/vitest";
import { generate, type Packet } from "mqtt-packet";
import { describe, expect } from "vitest";
import { connectLength, PacketScanner } from "./packet-scanner.ts";

const subscribe = (count: number): Packet => ({
  cmd: "subscribe",
  messageId: 7,
  subscriptions: Array.from({ length: count }, (_, n) => ({ topic: `a/${n}`, qos: 1 })),
});
const publish = (bytes: number): Packet => ({
  cmd: "publish",
  topic: "a/b",
  payload: Buffer.alloc(bytes, 1),
  qos: 1,
  messageId: 1,
  retain: false,
  dup: false,
});

/** Feeds the bytes in pieces of these sizes, in turn. */
function scan(scanner: PacketScanner, bytes: Buffer, sizes: readonly number[]) {
  let at = 0;
  for (let n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length] as number;
    const violation = scanner.scan(bytes.subarray(at, at + size));
    if (violation) return violation;
    at += size;
  }
  return undefined;
}

const pieces = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 });
const good = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 900 }).map(publish),
    fc.integer({ min: 1, max: 32 }).map(subscribe),
    fc.constant<Packet>({ cmd: "pingreq" }),
  ),
  { maxLength: 20 },
);

describe("following packets", () => {
  test.prop([good, pieces])("however they are cut up, all are seen and none is refused", (packets, sizes) => {
    const scanner = new PacketScanner(1_000);
    const bytes = Buffer.concat([...packets, { cmd: "disconnect" } as Packet].map((packet) => generate(packet)));
    expect(scan(scanner, bytes, sizes)).toBeUndefined();
    expect(scanner.publishes).toBe(packets.filter(({ cmd }) => cmd === "publish").length);
    expect(scanner.disconnected).toBe(true);
  });

  test.prop([good, pieces])("one packet that is too large is refused", (packets, sizes) => {
    const bytes = Buffer.concat([...packets, publish(1_001)].map((packet) => generate(packet)));
    expect(scan(new PacketScanner(1_000), bytes, sizes)).toBe("packet-too-large");
  });

  test.prop([good, pieces])("one SUBSCRIBE with too many filters is refused", (packets, sizes) => {
    const bytes = Buffer.concat([...packets, subscribe(33)].map((packet) => generate(packet)));
    expect(scan(new PacketScanner(1_000), bytes, sizes)).toBe("too-many-filters");
  });
});

describe("the first packet", () => {
  test.each<[string, number[], ReturnType<typeof connectLength>]>([
    ["nothing yet", [], undefined],
    ["its type alone", [0x10], undefined],
    ["a short one", [0x10, 20], 22],
    ["one of 200 bytes", [0x10, 0xc8, 0x01], 203],
    ["half a length", [0x10, 0xc8], undefined],
    ["256 MB", [0x10, 0xff, 0xff, 0xff, 0x7f], "packet-too-large"],
    ["a length without an end", [0x10, 0x80, 0x80, 0x80, 0x80], "malformed-packet"],
    ["CONNECT with flags", [0x11, 20], "not-connect"],
    ["a PUBLISH", [0x30, 2], "not-connect"],
  ])("%s", (_name, bytes, expected) => {
    expect(connectLength(Uint8Array.from(bytes), 64 << 10)).toBe(expected);
  });
});
