import type { InfluxOptions } from "../influx/options.ts";
import { type Preparation, versionIsRight } from "../influx/preparation.ts";
import { openInfluxReader } from "../influx/reader.ts";
import { openInfluxWriter } from "../influx/writer.ts";
import type { SeriesReader, SeriesWriter } from "../port.ts";
import { prepareInflux1 } from "./prepare.ts";
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
export async function prepareInflux1Server(options: InfluxOptions): Promise<Preparation> {
  const server = new Influx1Server(options);
  try {
    return await prepareInflux1(server, options);
  } finally {
    await server.close();
  }
}
