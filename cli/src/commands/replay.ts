import { stat } from "node:fs/promises";
import { DEVICE_KINDS, findPoint, LinliError, type NewDevice } from "@linli/model";
import { hashToken, newToken, reachableHost, readSettings, systemClock } from "@linli/runtime";
import type { Command } from "commander";
import { terminalAuthor, withState } from "../data-folder.ts";
import { print, printJson } from "../output.ts";
import { connectPublisher } from "../recording/publisher.ts";
import { parseColumns, parseInFlight, parseInterval, parseSpeed, replay } from "../recording/replay.ts";

interface Options {
  readonly device: string;
  readonly token?: string;
  readonly broker?: string;
  readonly map: readonly string[];
  readonly separator: string;
  readonly timeColumn?: string;
  readonly zone: string;
  readonly interval: string;
  readonly speed: string;
  readonly original?: boolean;
  readonly inFlight: string;
  readonly create?: string;
  readonly place?: string;
  readonly unit: readonly string[];
  readonly json?: boolean;
}

/** A device for the recording: the points that its kind lacks are declared as extra numbers. */
function deviceFor(options: Options, placeId: string): NewDevice {
  const kind = DEVICE_KINDS.get(options.create ?? "");
  if (!kind) {
    throw new LinliError("invalid", "no such kind of device", {
      problems: [
        { field: "--create", value: options.create, message: `one of ${[...DEVICE_KINDS.keys()].join(", ")}` },
      ],
    });
  }
  const points = [...parseColumns(options.map).values()].filter((point) => !findPoint(kind, point));
  return {
    id: options.device,
    kind: kind.id,
    name: options.device,
    placeId,
    gatewayId: null,
    units: Object.fromEntries(parseColumns(options.unit)),
    extraPoints: Object.fromEntries(points.map((point) => [point, { type: "number" }])),
    offlineAfterMs: null,
    tags: {},
  };
}

/** Makes the device with a fresh token in this machine's data folder. */
function createDevice(options: Options): Promise<string> {
  return withState(async (state) => {
    const token = newToken();
    const placeId = options.place ?? (await state.registry.places()).find((place) => place.parentId === null)?.id;
    if (!placeId) throw new LinliError("invalid", "there is no place yet for the new device: give --place");
    const device = await state.registry.createDevice(deviceFor(options, placeId), terminalAuthor());
    await state.registry.issueCredential(device.id, hashToken(token), null, terminalAuthor());
    return token;
  });
}

async function run(file: string, options: Options): Promise<void> {
  const settings = readSettings(process.env);
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) throw new LinliError("not-found", `${file} cannot be read`);
  const columns = parseColumns(options.map);
  const inFlight = parseInFlight(options.inFlight);
  const speed = parseSpeed(options.speed);
  const time = options.timeColumn
    ? { column: options.timeColumn, zone: options.zone }
    : { intervalMs: parseInterval(options.interval) };
  const token = options.create ? await createDevice(options) : options.token;
  if (!token) throw new LinliError("invalid", `the token of ${options.device} is needed: --token, or --create KIND`);
  const publisher = await connectPublisher({
    broker: options.broker ?? `mqtt://${reachableHost(settings.LINLI_HOST)}:${settings.LINLI_MQTT_PORT}`,
    deviceId: options.device,
    token,
    inFlight,
  });
  try {
    const result = await replay(
      {
        form: { file, separator: options.separator },
        deviceId: options.device,
        columns,
        time,
        speed,
        original: options.original ?? false,
      },
      publisher,
      systemClock,
    );
    if (options.json) return printJson(result);
    const moment = (at: number | null) => (at === null ? "—" : new Date(at).toISOString());
    print(`${result.rows} rows, ${result.sent} messages sent, ${result.acknowledged} acknowledged`);
    print(`from ${moment(result.firstAt)} to ${moment(result.lastAt)}`);
  } finally {
    await publisher.close();
  }
}

const collect = (value: string, previous: readonly string[]) => [...previous, value];

/** `linli replay FILE`: a recording as one device's readings, over MQTT. */
export function addReplay(program: Command): void {
  program
    .command("replay")
    .description("send a recording (CSV with a header, or NDJSON) as one device's readings over MQTT")
    .argument("<file>")
    .requiredOption("--device <id>", "the device that the readings belong to")
    .requiredOption("--map <column=point>", "column and point, several by comma or by repeating", collect, [])
    .option("--token <token>", "the device's token")
    .option("--create <kind>", "make the device first, in the data folder of this machine")
    .option("--place <id>", "where the new device is (default: the root place)")
    .option("--unit <point=unit>", "unit that the new device sends, such as temperature=degF", collect, [])
    .option("--broker <url>", "default: the broker of the settings")
    .option("--separator <text>", "between the cells of a CSV line", ",")
    .option("--time-column <name>", "column with the time of each row")
    .option("--zone <offset>", "offset of times that have none, such as +08:00", "Z")
    .option("--interval <duration>", "between rows, when there is no time column", "1s")
    .option("--speed <factor>", "max, original, or how many times as fast", "max")
    .option("--original", "keep the recorded times instead of shifting the last row to now; stored, raises nothing")
    .option("--in-flight <n>", "most messages sent and not yet acknowledged", "1000")
    .option("--json", "print the result as JSON")
    .action(run);
}
