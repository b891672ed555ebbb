import { isLinliError, type LinliError } from "@linli/model";
import type { App, Deps } from "./app.ts";
import { systemClock } from "./clock.ts";
import { openDataDir } from "./data-dir.ts";
import { createLogger } from "./logger.ts";
import { readSettings, type Settings } from "./settings.ts";

/** Exit code for input that cannot be used: settings, arguments, a folder in use or from a newer version. */
export const EXIT_USAGE = 2;

/** A failure as lines for a person: the message, then every problem by name and value. */
export function explain(error: LinliError): string {
  const lines = error.problems.map(({ field, value, message }) => {
    const given = value === undefined ? "" : ` = ${JSON.stringify(value)}`;
    return `  ${field}${given}: ${message}`;
  });
  return [error.message, ...lines].join("\n");
}

/**
 * The body of every process's `main.ts`: settings from the environment, then start; SIGTERM (and Ctrl-C when nobody
 * supervises) drains and exits 0; a supervisor that vanishes means the same.
 */
export async function runProcess(name: string, create: (settings: Settings, deps: Deps) => App): Promise<void> {
  try {
    const settings = readSettings(process.env);
    await openDataDir(settings.LINLI_DATA_DIR);
    const log = createLogger(name, settings.LINLI_LOG_LEVEL);
    const app = create(settings, { clock: systemClock, log });
    let stopping = false;
    const stop = (reason: string) => {
      if (stopping) return;
      stopping = true;
      log.info({ reason }, "stopping");
      app.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.fatal({ err: error }, "stopping failed");
          process.exit(1);
        },
      );
    };
    process.on("SIGTERM", () => stop("SIGTERM"));
    process.on("SIGINT", () => (process.env.LINLI_SUPERVISED ? undefined : stop("SIGINT")));
    process.on("disconnect", () => stop("supervisor gone"));
    process.on("uncaughtException", (error) => {
      log.fatal({ err: error }, "our bug: ending, to be restarted");
      process.exit(1);
    });
    await app.start();
    process.send?.({ ready: name });
    log.info("ready");
  } catch (error) {
    if (!isLinliError(error)) throw error;
    console.error(`${name}: ${explain(error)}`);
    process.exit(error.code === "invalid" || error.code === "conflict" ? EXIT_USAGE : 1);
  }
}
