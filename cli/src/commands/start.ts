import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LinliError } from "@linli/model";
import { createLogger, openDataDir, reachableHost, readSettings, type Settings, systemClock } from "@linli/runtime";
import { openSqliteState } from "@linli/stores";
import type { Command } from "commander";
import { seedDemo } from "../demo/seed.ts";
import { print, printJson } from "../output.ts";
import type { ChildSpec } from "../supervisor/child.ts";
import { claimPorts } from "../supervisor/ports.ts";
import { createSupervisor, type Supervisor } from "../supervisor/supervisor.ts";

const PROCESSES = ["broker", "ingest", "api", "notify"] as const;
const AWAITED = ["broker", "ingest", "api"] as const;
const STOP_ORDER = ["devices-sim", "broker", "ingest", "api", "notify"];
/** Each may take this long to bring what is in flight to safety; together they stay within ten seconds. */
const DRAIN_MS = 8_000;

interface StartOptions {
  readonly json?: boolean;
}

function childSpec(name: string, environment: ChildSpec["environment"]): ChildSpec {
  const main = fileURLToPath(import.meta.resolve(`../../../${name}/src/main.ts`));
  return { name, main, environment, drainMs: DRAIN_MS };
}

/** What the settings say, made exact: real ports, and the data folder as an absolute path. */
async function childEnvironment(settings: Settings): Promise<Record<string, string | undefined>> {
  const ports = await claimPorts(settings);
  const exact = Object.entries(ports).map(([name, port]) => [name, String(port)] as const);
  // a person at a terminal wants to hear of trouble, not of each step
  const LINLI_LOG_LEVEL = process.env.LINLI_LOG_LEVEL || "warn";
  return { ...process.env, ...Object.fromEntries(exact), LINLI_DATA_DIR: settings.LINLI_DATA_DIR, LINLI_LOG_LEVEL };
}

function announce(environment: Record<string, string | undefined>, settings: Settings, password?: string): void {
  const host = reachableHost(settings.LINLI_HOST);
  print("");
  print("  邻里 Linli is running");
  print("");
  print(`  Web and API   http://${host}:${environment.LINLI_HTTP_PORT}`);
  print(`  MQTT          mqtt://${host}:${environment.LINLI_MQTT_PORT}`);
  print(`  Data          ${settings.LINLI_DATA_DIR}`);
  if (password) {
    print("");
    print("  Sign in as    admin");
    print(`  Password      ${password}   (shown this once)`);
  }
  print("");
  if (settings.LINLI_HOST === "127.0.0.1") {
    print("  Only this machine can open it; LINLI_HOST=0.0.0.0 opens it to the network.");
  }
  print("  Ctrl-C stops it; nothing acknowledged is lost.");
  print("");
}

/** One Ctrl-C may arrive twice: from the terminal, and handed on by the npm that runs us. */
const SAME_SIGNAL_MS = 1_000;

/** Drains on the first signal, ends at once on the second. */
function stopOnSignals(supervisor: Supervisor): void {
  let stoppingSince: number | undefined;
  const onSignal = () => {
    if (stoppingSince !== undefined) {
      if (systemClock.monotonic() - stoppingSince < SAME_SIGNAL_MS) return;
      supervisor.kill();
      process.exit(1);
    }
    stoppingSince = systemClock.monotonic();
    print("Stopping: taking in what is in flight …");
    supervisor.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}

/** What runs on this folder, which gets the demo first if it is new and that is wanted. */
async function processNames(settings: Settings, demo: boolean): Promise<readonly string[]> {
  const state = await openSqliteState({ file: join(settings.LINLI_DATA_DIR, "state.db") });
  const seeded = await seedDemo(state, { dataDir: settings.LINLI_DATA_DIR, wanted: demo, now: systemClock.now() });
  await state.close();

  return seeded && demo ? [...PROCESSES, "devices-sim"] : PROCESSES;
}

async function run(options: StartOptions, withDemo: boolean): Promise<void> {
  const settings = readSettings(process.env);
  const demo = withDemo && settings.LINLI_DEMO;
  const log = createLogger("supervisor", process.env.LINLI_LOG_LEVEL ? settings.LINLI_LOG_LEVEL : "warn");
  await openDataDir(settings.LINLI_DATA_DIR);
  const environment = await childEnvironment(settings);
  const supervisor = createSupervisor(
    {
      dataDir: settings.LINLI_DATA_DIR,
      prepare: async () => (await processNames(settings, demo)).map((name) => childSpec(name, environment)),
      stopOrder: STOP_ORDER,
      awaited: AWAITED,
    },
    { clock: systemClock, log },
  );
  stopOnSignals(supervisor);
  try {
    const { firstPassword } = await supervisor.start();
    const { LINLI_HTTP_PORT: http, LINLI_MQTT_PORT: mqtt } = environment;
    if (options.json) printJson({ ready: true, http: Number(http), mqtt: Number(mqtt), firstPassword });
    else announce(environment, settings, firstPassword);
  } catch (error) {
    await supervisor.stop();
    if (error instanceof LinliError) throw error;
    throw new LinliError("invalid", `${(error as Error).message}: its own message is above`);
  }
}

/** `linli start` and `linli serve`: the whole platform on one data folder. */
export function addStart(program: Command): void {
  program
    .command("start")
    .description("run everything; a new data folder gets the demo neighbourhood (LINLI_DEMO=0: it does not)")
    .option("--json", "print one line of JSON when it is ready")
    .action((options: StartOptions) => run(options, true));
  program
    .command("serve")
    .description("run everything but the demo")
    .option("--json", "print one line of JSON when it is ready")
    .action((options: StartOptions) => run(options, false));
}
