import type { DeadLetterReason } from "@linli/model";

/** A payload that nobody should send, why it is refused, and the good values in it that are kept all the same. */
export interface PoisonCase {
  readonly name: string;
  readonly payload: Buffer;
  /** Reasons of its dead letters, each as often as there are letters. */
  readonly reasons: readonly DeadLetterReason[];
  readonly kept?: Readonly<Record<string, number>>;
}

const text = (name: string, json: string, ...reasons: readonly DeadLetterReason[]): PoisonCase => ({
  name,
  payload: Buffer.from(json),
  reasons,
});

const beside = (name: string, members: string, ...reasons: readonly DeadLetterReason[]): PoisonCase => ({
  ...text(name, `{${members},"pressure":1000}`, ...reasons),
  kept: { pressure: 1000 },
});

const DEEP = 10_000;
/** Below the broker's packet limit, topic and header included. */
const MEGABYTE = (1 << 20) - 200;

function megabyteOfJson(): PoisonCase {
  const head = '{"temperature":"';
  const tail = '","pressure":1000}';
  const payload = Buffer.from(head + "x".repeat(MEGABYTE - head.length - tail.length) + tail);
  return { name: "1 MB of JSON", payload, reasons: ["not-a-number"], kept: { pressure: 1000 } };
}

/** The devices that send these have an extra point `boots`, an integer. */
export const POISON: readonly PoisonCase[] = [
  { name: "empty", payload: Buffer.alloc(0), reasons: ["empty"] },
  { name: "invalid UTF-8", payload: Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), reasons: ["not-utf8"] },
  { name: "byte order mark", payload: Buffer.from("\ufeff{}"), reasons: ["not-json"] },
  { name: "NUL", payload: Buffer.from('{"temperature":21}\0'), reasons: ["not-json"] },
  megabyteOfJson(),
  text("deep arrays", "[".repeat(DEEP) + "]".repeat(DEEP), "not-an-object", "too-deep"),
  text("deep and open", "[".repeat(DEEP), "not-json"),
  beside("deep value", `"temperature":${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`, "not-a-number"),
  beside("__proto__", '"__proto__":{"pressure":1}', "bad-point-name"),
  beside("constructor", '"constructor":5', "bad-point-name"),
  beside("1e400", '"temperature":1e400', "not-finite"),
  { ...text("negative zero", '{"temperature":-0}'), kept: { temperature: 0 } },
  beside("beyond 2^53", '"boots":9007199254740993', "not-an-integer"),
  beside("line protocol in a name", '"temperature 21,x=1\\nother value=9":1', "bad-point-name"),
  beside("line protocol in a value", '"temperature":"21 1\\nother,device=x value=9 1"', "not-a-number"),
  beside("SQL in a name", '"x\'); drop table samples; --":1', "bad-point-name"),
  beside("escaped NUL", '"firmwareVersion":"1.\\u00000"', "not-text"),
  beside("personal data", '"heartRate":88', "personal-data"),
  text("a number alone", "21.5", "not-an-object"),
  text("cut short", '{"temperature":21', "not-json"),
];

const TRIES = 12;

/** Bytes without sense; some of them in the braces of an object. */
export function garbage(random: () => number): Buffer[] {
  return Array.from({ length: TRIES }, (_, n) => {
    const bytes = Buffer.from(Array.from({ length: 1 + Math.floor(random() * 300) }, () => Math.floor(random() * 256)));
    return n % 3 === 0 ? Buffer.concat([Buffer.from("{"), bytes, Buffer.from("}")]) : bytes;
  });
}
