/** The few MQTT 3.1.1 packets that a load generator needs, built by hand: a client library as generator measures itself. */
export const PUBACK = 4;
export const PUBREC = 5;
export const PUBCOMP = 7;
export const CONNACK = 2;

function remainingLength(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? digit | 128 : digit);
  } while (rest > 0);
  return Buffer.from(bytes);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}

function packet(header: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([header]), remainingLength(body.length), body]);
}

const USER_PASSWORD_CLEAN = 0xc2;

/** CONNECT with a clean session, user name and password. */
export function connectPacket(clientId: string, user: string, password: string, keepAliveSeconds = 60): Buffer {
  const head = Buffer.concat([
    text("MQTT"),
    Buffer.from([4, USER_PASSWORD_CLEAN, keepAliveSeconds >> 8, keepAliveSeconds & 255]),
  ]);
  return packet(0x10, head, text(clientId), text(user), text(password));
}

/** PUBLISH at QoS 1 or 2 with packet id 0, to be patched at `idOffset`. */
export function publishTemplate(
  topic: string,
  payload: Buffer,
  qos: 1 | 2,
): { bytes: Buffer; idOffset: number; payloadOffset: number } {
  const name = text(topic);
  const bytes = packet(0x30 | (qos << 1), name, Buffer.from([0, 0]), payload);
  const payloadOffset = bytes.length - payload.length;
  return { bytes, idOffset: payloadOffset - 2, payloadOffset };
}

export function pubrelPacket(packetId: number): Buffer {
  return Buffer.from([0x62, 2, packetId >> 8, packetId & 255]);
}

export const DISCONNECT = Buffer.from([0xe0, 0]);

/** Splits a stream of small broker packets: calls with type and the two bytes behind the length (packet id, or CONNACK's). */
export function createAckReader(onPacket: (type: number, value: number) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    while (at + 2 <= data.length) {
      const length = data[at + 1] ?? 0;
      if (at + 2 + length > data.length) break;
      onPacket((data[at] ?? 0) >> 4, length >= 2 ? data.readUInt16BE(at + 2) : 0);
      at += 2 + length;
    }
    rest = data.subarray(at);
  };
}
