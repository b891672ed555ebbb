import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { days, durationSchema, LinliError, type Problem, problemsOf, timeZoneSchema } from "@linli/model";
import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535);
const optionalPort = port.optional();
const flag = z.enum(["0", "1"]).transform((text) => text === "1");
const bytes = z.coerce.number().int().positive();
const count = z.coerce.number().int().positive();

/** What can stand in a header without being quoted. */
const token = z
  .string()
  .min(32)
  .max(500)
  .regex(/^[A-Za-z0-9._~+/=-]+$/, "letters, digits and . _ ~ + / = - only: nothing else can stand in a header");

const NAMED_NETWORKS = new Set(["loopback", "linklocal", "uniquelocal"]);

function isNetwork(text: string): boolean {
  const [address = "", prefix = "0", ...rest] = text.split("/");
  return NAMED_NETWORKS.has(text) || (isIP(address) > 0 && /^\d{1,3}$/.test(prefix) && rest.length === 0);
}

/** Never shown; each can also be read from a file, named by the same name with `_FILE`. */
export const SECRETS = [
  "LINLI_ADMIN_PASSWORD",
  "LINLI_BOOTSTRAP_TOKEN",
  "LINLI_METRICS_TOKEN",
  "LINLI_SERIES_PASSWORD",
  "LINLI_SERIES_TOKEN",
] as const;

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
  LINLI_BOOTSTRAP_TOKEN: token.optional().describe("An API token with all rights, for automation."),
  LINLI_METRICS_TOKEN: token.optional().describe("A token that can read /metrics and nothing else."),
  LINLI_TRUSTED_PROXIES: z
    .string()
    .default("loopback")
    .refine((text) => text.split(",").every((part) => isNetwork(part.trim())), {
      message: "addresses, networks such as 10.0.0.0/8, or loopback, linklocal, uniquelocal, with commas between them",
    })
    .describe("Proxies whose word is taken for whom they ask for and whether that was over TLS."),
  LINLI_DEMO: flag
    .default(true)
    .describe("0 = no simulator, and a new folder is not seeded with the demo neighbourhood."),
  LINLI_LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe("Least level that is logged."),
  LINLI_SERIES: z
    .enum(["sqlite", "influx1", "influx2", "influx3"])
    .default("sqlite")
    .describe("Where readings are stored: in files of the data folder, or in an InfluxDB of that generation."),
  LINLI_SERIES_URL: z
    .url({ protocol: /^https?$/, error: "not an address: write it as http://127.0.0.1:8086" })
    .default("http://127.0.0.1:8086")
    .describe("Address of the InfluxDB server."),
  LINLI_SERIES_DATABASE: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,50}$/, "a letter, then letters, digits, _ and -")
    .default("linli")
    .describe(
      "Database (1.x, 3.x) or bucket (2.x) of the raw readings; roll-ups go to those of the same name with `_5m` and `_1h`.",
    ),
  LINLI_SERIES_ORG: z.string().default("linli").describe("Organisation (2.x)."),
  LINLI_SERIES_USER: z.string().optional().describe("User (1.x); absent = the server asks for none."),
  LINLI_SERIES_PASSWORD: z.string().optional().describe("Password of that user (1.x)."),
  LINLI_SERIES_TOKEN: z.string().optional().describe("Token with the right to read and write (2.x, 3.x)."),
  LINLI_SERIES_BATCH: count.default(5_000).describe("Most lines of one write to InfluxDB."),
  LINLI_SERIES_FLUSH: durationSchema
    .default(250)
    .describe("How long readings wait for company before they are written to InfluxDB."),
  LINLI_SERIES_CONNECTIONS: count.default(2).describe("Writes to InfluxDB at a time; each device keeps its order."),
  LINLI_SERIES_GZIP: flag.default(true).describe("0 = writes to InfluxDB are not compressed."),
  LINLI_SERIES_TIMEOUT: durationSchema.default(30_000).describe("How long one answer of InfluxDB is waited for."),
  LINLI_RETENTION_RAW: durationSchema
    .default(days(90))
    .describe("How long raw readings, events and changes of connection are kept."),
  LINLI_RETENTION_ALERTS: durationSchema
    .default(days(1095))
    .describe("How long past alerts are kept, with what was done and who was told; active ones always are."),
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
  LINLI_RULE_ALERTS_A_WEEK: count
    .default(40)
    .describe(
      "Alerts that a rule may tell people of in a week, by the stored past, to be armed without being asked twice.",
    ),
  LINLI_TIME_ZONE: timeZoneSchema
    .default("Asia/Shanghai")
    .describe(
      "Time zone of the site: opening hours, days and times in messages. Rotas and announced work have their own.",
    ),
  LINLI_LATITUDE: z.coerce
    .number()
    .min(-90)
    .max(90)
    .default(31.23)
    .describe("Where the site is, in degrees, north positive: what sunrise and sunset are reckoned by."),
  LINLI_LONGITUDE: z.coerce
    .number()
    .min(-180)
    .max(180)
    .default(121.47)
    .describe("Where the site is, in degrees, east positive: what sunrise and sunset are reckoned by."),
  LINLI_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "not an address: write it as https://linli.example.org" })
    .optional()
    .describe("Where people open the web pages; without it messages carry no link."),
  LINLI_CHANNELS_ALLOW: z
    .string()
    .default("")
    .describe(
      "Hosts, addresses or networks such as 10.0.0.0/8, with commas between them, that channels may reach although they are private.",
    ),
  LINLI_WATCHDOG_PING_URL: z
    .url({ protocol: /^https?$/, error: "not an address: write it as https://example.org/ping" })
    .optional()
    .describe("Address called every minute while all is well (dead man's switch)."),
});

export type Settings = z.infer<typeof settingsSchema>;
type SettingName = keyof typeof settingsSchema.shape;

const SETTING_NAMES = Object.keys(settingsSchema.shape) as SettingName[];

const FILE_NAMES = SECRETS.map((name) => `${name}_FILE`);

/** Variables the supervisor sets for its children; not settings of a person. */
const INTERNAL = new Set(["LINLI_SUPERVISED"]);

type Environment = Readonly<Record<string, string | undefined>>;

/** The secrets that stand in files, with the line end that an editor leaves taken off. */
function readSecretFiles(environment: Environment): { secrets: Record<string, string>; problems: Problem[] } {
  const secrets: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const name of SECRETS) {
    const field = `${name}_FILE`;
    const file = environment[field];
    if (!file) continue;
    if (environment[name]) {
      problems.push({ field, value: file, message: `${name} is set too: keep one of them` });
      continue;
    }
    try {
      secrets[name] = readFileSync(file, "utf8").replace(/\r?\n$/, "");
      if (secrets[name] === "") problems.push({ field, value: file, message: "the file is empty" });
    } catch (error) {
      problems.push({ field, value: file, message: `cannot be read: ${(error as Error).message}` });
    }
  }
  return { secrets, problems };
}

function unknownNames(environment: Environment): Problem[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith("LINLI_") && !name.startsWith("LINLI_TEST_") && !INTERNAL.has(name))
    .filter((name) => !(SETTING_NAMES as string[]).includes(name) && !FILE_NAMES.includes(name))
    .map((name) => ({ field: name, message: "no such setting; see docs/settings.md" }));
}

/**
 * Reads the settings from an environment. Empty variables count as not set.
 * Fails with `invalid` listing *all* problems by name, value and remedy.
 */
export function readSettings(environment: Environment): Settings {
  const files = readSecretFiles(environment);
  const input = Object.fromEntries(
    SETTING_NAMES.map((name) => [name, files.secrets[name] ?? (environment[name] || undefined)]),
  );
  const parsed = settingsSchema.safeParse(input);
  const problems = [
    ...unknownNames(environment),
    ...files.problems,
    ...(parsed.success ? [] : problemsOf(parsed.error, input)),
  ];
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new LinliError("invalid", "settings cannot be used", { problems });
}
