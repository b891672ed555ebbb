import { allBoards, everyQuery, type InfluxAsked, influxRows } from "@linli/dashboards";
import { openSeriesWriter } from "@linli/stores";
import { INFLUX_PROVIDED_BY, type InfluxUnderTest, influxServer, skipWithout } from "@linli/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SAMPLE_FROM, SAMPLE_TO, sampleBatches, sampleHistory } from "./sample.ts";

const DATABASE = "linli";
const BUDGET_MS = 20_000;

async function fill({ generation, url, org, user, password, token }: InfluxUnderTest): Promise<void> {
  const writer = await openSeriesWriter({
    LINLI_DATA_DIR: "",
    LINLI_SERIES: `influx${generation}`,
    LINLI_SERIES_URL: url,
    LINLI_SERIES_DATABASE: DATABASE,
    LINLI_SERIES_ORG: org ?? "linli",
    LINLI_SERIES_USER: user,
    LINLI_SERIES_PASSWORD: password,
    LINLI_SERIES_TOKEN: token,
    LINLI_SERIES_BATCH: 5_000,
    LINLI_SERIES_CONNECTIONS: 2,
    LINLI_SERIES_GZIP: true,
    LINLI_SERIES_TIMEOUT: 30_000,
    LINLI_RETENTION_RAW: Infinity,
    LINLI_RETENTION_5M: Infinity,
    LINLI_RETENTION_1H: Infinity,
  });
  for (const batch of sampleBatches()) expect((await writer.write(batch)).rejected).toEqual([]);
  await writer.writeHistory?.(sampleHistory());
  // The last hour is over, so that it is rolled up as well.
  for (let rounds = 0; rounds < 50; rounds++) if (!(await writer.maintain(SAMPLE_TO + 7_200_000, BUDGET_MS))) break;
  await writer.close();
}

describe.each(["influx1", "influx2", "influx3"] as const)("boards on %s", (name) => {
  const here = influxServer(name);
  describe.skipIf(skipWithout(`${name} (${INFLUX_PROVIDED_BY[name]})`, here !== undefined))("filled", () => {
    let server: InfluxUnderTest | undefined;
    let asked: InfluxAsked;
    beforeAll(async () => {
      server = await (here as NonNullable<typeof here>).start();
      const { url, user, password, token } = server;
      const secret = token ?? password;
      asked = { url, database: DATABASE, ...(user && { user }), ...(secret && { secret }) };
      await fill(server);
    }, 120_000);
    afterAll(() => server?.stop());

    test.each(allBoards().map((board) => [`${board.language}/${board.id}`, board] as const))(
      "every query of %s returns what it states",
      async (_, board) => {
        const queries = everyQuery(board).filter(({ source }) => source !== "prometheus");
        const short: string[] = [];
        for (const query of queries) {
          const rows = await influxRows(asked, query, { from: SAMPLE_FROM, to: SAMPLE_TO, interval: "60s" });
          if (rows < query.rows) short.push(`${query.name}: ${rows} of ${query.rows}`);
        }
        expect(short).toEqual([]);
      },
    );

    test("a chosen device, building and grouping narrow what is asked", async () => {
      const [board] = allBoards().filter(({ id }) => id === "elevator");
      const trend = board && everyQuery(board).find((query) => query.text.includes('mean("motorTemperature")'));
      if (trend === undefined) throw new Error("no such panel");
      const values = { from: SAMPLE_FROM, to: SAMPLE_TO, interval: "60s" };
      const ask = (chosen: Readonly<Record<string, string | readonly string[]>>) =>
        influxRows(asked, trend, { ...values, chosen });
      const all = await ask({});
      expect(all).toBeGreaterThan(100);
      expect(await ask({ building: "huayuan-1" })).toBe(all / 2);
      expect(await ask({ building: ["huayuan-1", "gone"], per: "building" })).toBe(all / 2);
      expect(await ask({ building: "gone" })).toBe(0);
      expect(await ask({ per: "compound" })).toBe(all / 2);
    });
  });
});
