import { startInflux2 } from "@linli/testing";
import { ClientServer } from "../influx/client-server.ts";
import { influxRefusalsContract } from "../influx/influx-refusals.contract.ts";
import { openInflux2SeriesReader, openInflux2SeriesWriter, prepareInflux2Server } from "./open.ts";

interface Found {
  readonly buckets: readonly { readonly id: string; readonly orgID: string }[];
}

influxRefusalsContract("influx2", () => startInflux2(), {
  prepare: prepareInflux2Server,
  openWriter: openInflux2SeriesWriter,
  openReader: openInflux2SeriesReader,
  openServer: (options) => new ClientServer(options),
  async dropDatabase(options, name) {
    const server = new ClientServer(options);
    const { buckets } = (await server.call("GET", `/api/v2/buckets?name=${name}`)) as Found;
    await server.call("DELETE", `/api/v2/buckets/${buckets[0]?.id}`);
    await server.close();
  },
  async readOnly(options) {
    const server = new ClientServer(options);
    const { buckets } = (await server.call("GET", `/api/v2/buckets?name=${options.database}`)) as Found;
    const orgID = buckets[0]?.orgID;
    const permissions = [{ action: "read", resource: { type: "buckets", orgID } }];
    const made = await server.call("POST", "/api/v2/authorizations", { orgID, permissions });
    await server.close();
    return { token: (made as { token: string }).token };
  },
});
