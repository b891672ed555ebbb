import { resolve } from "node:path";
import { days, durationSchema, LinliError, type Problem, problemsOf } from "@linli/model";
import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535);
const optionalPort = port.optional();
const flag = z.enum(["0", "1"]).transform((text) => text === "1");
const bytes = z.coerce.number().int().positive();
const count = z.coerce.number().int().positive();

/**
 * Every setting, under the name of its environment variable: the only statement of name, form, default and meaning.
 * The reference in docs/settings.md is generated from it.
 */
export const settingsSchema = z.object({
  LINLI_DATA_DIR: z
    .string()
    .min(1)
    .default("./data")
    .transform((path) => resolve(path))
    .describe("Folder that holds everything Linli stores."),
  LINLI_HOST: z
    .string()
    .default("127.0.0.1")
    .describe("Address that the HTTP and MQTT ports listen on; 0.0.0.0 opens them to the network."),
  LINLI_HTTP_PORT: port.default(8080).describe("Web pages and API. 0 = any free port."),
  LINLI_MQTT_PORT: port.default(1883).describe("MQTT over TCP."),
  LINLI_MQTTS_PORT: optionalPort.describe("MQTT over TLS; needs LINLI_TLS_CERT and LINLI_TLS_KEY. Off unless set."),
  LINLI_MQTT_WS_PORT: optionalPort.describe("MQTT over WebSocket. Off unless set."),
  LINLI_TLS_CERT: z.string().optional().describe("PEM file of the certificate chain for MQTT over TLS."),
  LINLI_TLS_KEY: z.string().optional().describe("PEM file of the private key for MQTT over TLS."),
  LINLI_ADMIN_PASSWORD: z
    .string()
    .min(10)
    .optional()
    .describe("Password of the first person, `admin`. Without it the first start makes one and shows it once."),
  LINLI_BOOTSTRAP_TOKEN: z
    .string()
    .min(32)
    .max(500)
    .regex(/^[A-Za-z0-9._~+/=-]+$/, "letters, digits and . _ ~ + / = - only: nothing else can stand in a header")
    .optional()
    .describe("An API token with all rights, for automation."),
  LINLI_DEMO: flag
    .default(true)
    .describe("0 = no simulator, and a new folder is not seeded with the demo neighbourhood."),
  LINLI_LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe("Least level that is logged."),
  LINLI_RETENTION_RAW: durationSchema
    .default(days(90))
    .describe("How long raw readings, events and changes of connection are kept."),
  LINLI_RETENTION_5M: durationSchema.default(days(730)).describe("How long 5-minute roll-ups are kept."),
  LINLI_RETENTION_1H: durationSchema.default(days(3650)).describe("How long 1-hour roll-ups are kept."),
  LINLI_JOURNAL_SEGMENT_BYTES: bytes.default(64 << 20).describe("Size of one journal segment."),
  LINLI_JOURNAL_MAX_BYTES: bytes
    .default(8 * 1024 ** 3)
    .describe("Most bytes of journal; at the cap acknowledgements are withheld."),
  LINLI_JOURNAL_RETENTION: durationSchema
    .default(days(1))
    .describe("How long the journal is kept after every consumer has read it."),
  LINLI_DISK_RESERVE_BYTES: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(512 << 20)
    .describe("Free space below which the journal takes nothing more, so that state and alerts still can."),
  LINLI_DEAD_LETTERS_MAX: count
    .default(1_000_000)
    .describe("Most dead letters kept; the oldest go first, and are counted."),
  LINLI_DEAD_LETTERS_MAX_BYTES: bytes
    .default(1024 ** 3)
    .describe("Most bytes of dead letters kept; the oldest go first, and are counted."),
  LINLI_MQTT_MAX_PACKET_BYTES: bytes.default(1 << 20).describe("Largest MQTT packet; more closes the connection."),
  LINLI_MQTT_MAX_CONNECTIONS: count.default(50_000).describe("Most MQTT connections at a time."),
  LINLI_MQTT_RATE_PER_DEVICE: count
    .default(20_000)
    .describe("Messages a second that one credential may send over a ten-second window; more pauses it."),
  LINLI_UNKNOWN_POINTS_MAX: count.default(32).describe("Undeclared points kept per device."),
  LINLI_WATCHDOG_PING_URL: z
    .url()
    .optional()
    .describe("Address called every minute while all is well (dead man's switch)."),
});

export type Settings = z.infer<typeof settingsSchema>;
type SettingName = keyof typeof settingsSchema.shape;

const SETTING_NAMES = Object.keys(settingsSchema.shape) as SettingName[];

/** Variables the supervisor sets for its children; not settings of a person. */
const INTERNAL = new Set(["LINLI_SUPERVISED"]);

function unknownNames(environment: Readonly<Record<string, string | undefined>>): Problem[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith("LINLI_") && !name.startsWith("LINLI_TEST_") && !INTERNAL.has(name))
    .filter((name) => !(SETTING_NAMES as string[]).includes(name))
    .map((name) => ({ field: name, message: "no such setting; see docs/settings.md" }));
}

/**
 * Reads the settings from an environment. Empty variables count as not set.
 * Fails with `invalid` listing *all* problems by name, value and remedy.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const input = Object.fromEntries(SETTING_NAMES.map((name) => [name, environment[name] || undefined]));
  const parsed = settingsSchema.safeParse(input);
  const problems = [...unknownNames(environment), ...(parsed.success ? [] : problemsOf(parsed.error, input))];
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new LinliError("invalid", "settings cannot be used", { problems });
}
