import { type Logger as PinoLogger, pino } from "pino";

/** Structured log lines; secrets never go in. */
export type Logger = PinoLogger;

/** JSON lines on stderr for programs, readable lines on a terminal. */
export function createLogger(name: string, level: string): Logger {
  const base = { name, level, redact: ["*.password", "*.token", "*.authorization", "password", "token"] };
  if (process.stderr.isTTY) {
    return pino({ ...base, transport: { target: "pino-pretty", options: { destination: 2, ignore: "pid,hostname" } } });
  }
  return pino(base, pino.destination({ dest: 2, sync: true }));
}
