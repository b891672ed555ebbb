import type { InfluxServer, Level, WriteAnswer } from "./server.ts";

/** A line of our own bookkeeping, of now, that any server in order takes; told again within the minute it is the same. */
export function probe(server: Pick<InfluxServer, "write">, level: Level): Promise<WriteAnswer> {
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  return server.write(level, `linli_probe ok=1 ${minute}\n`);
}
