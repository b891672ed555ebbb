import { startInflux1 } from "@linli/testing";
import { influxRefusalsContract } from "../influx/influx-refusals.contract.ts";
import { identifier, literal } from "../influx/names.ts";
import { databaseOf, LEVELS } from "../influx/options.ts";
import { openInflux1SeriesReader, openInflux1SeriesWriter, prepareInflux1Server } from "./open.ts";
import { Influx1Server } from "./server.ts";

influxRefusalsContract("influx1", () => startInflux1({ auth: true }), {
  prepare: prepareInflux1Server,
  openWriter: openInflux1SeriesWriter,
  openReader: openInflux1SeriesReader,
  openServer: (options) => new Influx1Server(options),
  async dropDatabase(options, name) {
    const server = new Influx1Server(options);
    await server.ask(`DROP DATABASE ${identifier(name)}`);
    await server.close();
  },
  async readOnly(options) {
    const server = new Influx1Server(options);
    const user = `guest_${options.database}`;
    const password = "may look";
    await server.ask(`CREATE USER ${identifier(user)} WITH PASSWORD ${literal(password)}`);
    for (const level of LEVELS) {
      await server.ask(`GRANT READ ON ${identifier(databaseOf(options, level))} TO ${identifier(user)}`);
    }
    await server.close();
    return { user, password };
  },
});
