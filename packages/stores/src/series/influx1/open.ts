import { examineInflux, type InfluxFinding } from "../influx/examine.ts";
import type { InfluxOptions } from "../influx/options.ts";
import { type Preparation, type PrepareOptions, versionIsRight } from "../influx/preparation.ts";
import { openInfluxReader } from "../influx/reader.ts";
import { openInfluxWriter } from "../influx/writer.ts";
import type { SeriesReader, SeriesWriter } from "../port.ts";
import { limitsOf } from "./limits.ts";
import { prepareInflux1, rightsRemedy } from "./prepare.ts";
import { Influx1Server } from "./server.ts";

/** Writes into an InfluxDB 1.x. Creates the databases that are not there, as far as the rights go. */
export async function openInflux1SeriesWriter(options: InfluxOptions): Promise<SeriesWriter> {
  const server = new Influx1Server(options);
  const prepare = async () => versionIsRight(await prepareInflux1(server, options));
  return openInfluxWriter(server, { ...options, prepare });
}

/** Reads from an InfluxDB 1.x. */
export async function openInflux1SeriesReader(options: InfluxOptions): Promise<SeriesReader> {
  return openInfluxReader(new Influx1Server(options), options);
}

/** Looks at an InfluxDB 1.x and creates what is missing, as far as the rights go. Rejects with `unavailable`. */
export async function prepareInflux1Server(options: PrepareOptions): Promise<Preparation> {
  const server = new Influx1Server(options);
  try {
    return await prepareInflux1(server, options);
  } finally {
    await server.close();
  }
}

/** Says what is wrong with an InfluxDB 1.x and what to do; creates what is missing unless told not to. */
export async function examineInflux1Server(options: PrepareOptions): Promise<readonly InfluxFinding[]> {
  const server = new Influx1Server(options);
  try {
    return await examineInflux({
      server,
      options,
      prepare: () => prepareInflux1(server, options),
      rightsRemedy: (level) => rightsRemedy(options, level),
      limits: () => limitsOf(server, options),
      now: () => Date.now(),
    });
  } finally {
    await server.close();
  }
}
