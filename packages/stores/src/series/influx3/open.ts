import { ClientServer } from "../influx/client-server.ts";
import { examineInflux, type InfluxFinding } from "../influx/examine.ts";
import type { InfluxOptions } from "../influx/options.ts";
import { type Preparation, type PrepareOptions, versionIsRight } from "../influx/preparation.ts";
import { openInfluxReader } from "../influx/reader.ts";
import { openInfluxWriter } from "../influx/writer.ts";
import type { SeriesReader, SeriesWriter } from "../port.ts";
import { prepareInflux3 } from "./prepare.ts";

/** Writes into an InfluxDB 3.x. Creates the databases that are not there, as far as the rights go. */
export async function openInflux3SeriesWriter(options: InfluxOptions): Promise<SeriesWriter> {
  const server = new ClientServer(options);
  const prepare = async () => versionIsRight(await prepareInflux3(server, options));
  return openInfluxWriter(server, { ...options, prepare });
}

/** Reads from an InfluxDB 3.x. */
export async function openInflux3SeriesReader(options: InfluxOptions): Promise<SeriesReader> {
  return openInfluxReader(new ClientServer(options), options);
}

/** Looks at an InfluxDB 3.x and creates what is missing, as far as the rights go. Rejects with `unavailable`. */
export async function prepareInflux3Server(options: PrepareOptions): Promise<Preparation> {
  const server = new ClientServer(options);
  try {
    return await prepareInflux3(server, options);
  } finally {
    await server.close();
  }
}

/** Says what is wrong with an InfluxDB 3.x and what to do; creates what is missing unless told not to. */
export async function examineInflux3Server(options: PrepareOptions): Promise<readonly InfluxFinding[]> {
  const server = new ClientServer(options);
  try {
    return await examineInflux({
      server,
      options,
      prepare: () => prepareInflux3(server, options),
      now: () => Date.now(),
    });
  } finally {
    await server.close();
  }
}
