import { ClientServer } from "../influx/client-server.ts";
import { examineInflux, type InfluxFinding } from "../influx/examine.ts";
import type { InfluxOptions } from "../influx/options.ts";
import { type Preparation, type PrepareOptions, versionIsRight } from "../influx/preparation.ts";
import { openInfluxReader } from "../influx/reader.ts";
import { openInfluxWriter } from "../influx/writer.ts";
import type { SeriesReader, SeriesWriter } from "../port.ts";
import { prepareInflux2, rightsRemedy } from "./prepare.ts";

/** Writes into an InfluxDB 2.x. Creates the databases that are not there, as far as the rights go. */
export async function openInflux2SeriesWriter(options: InfluxOptions): Promise<SeriesWriter> {
  const server = new ClientServer(options);
  const prepare = async () => versionIsRight(await prepareInflux2(server, options));
  return openInfluxWriter(server, { ...options, prepare });
}

/** Reads from an InfluxDB 2.x. */
export async function openInflux2SeriesReader(options: InfluxOptions): Promise<SeriesReader> {
  return openInfluxReader(new ClientServer(options), options);
}

/** Looks at an InfluxDB 2.x and creates what is missing, as far as the rights go. Rejects with `unavailable`. */
export async function prepareInflux2Server(options: PrepareOptions): Promise<Preparation> {
  const server = new ClientServer(options);
  try {
    return await prepareInflux2(server, options);
  } finally {
    await server.close();
  }
}

/** Says what is wrong with an InfluxDB 2.x and what to do; creates what is missing unless told not to. */
export async function examineInflux2Server(options: PrepareOptions): Promise<readonly InfluxFinding[]> {
  const server = new ClientServer(options);
  try {
    return await examineInflux({
      server,
      options,
      prepare: () => prepareInflux2(server, options),
      rightsRemedy: () => rightsRemedy(options),
      now: () => Date.now(),
    });
  } finally {
    await server.close();
  }
}
