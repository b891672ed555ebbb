import { LinliError } from "@linli/model";
import { expect, test } from "vitest";
import { columnsThere } from "./columns-there.ts";
import type { InfluxServer, QueriedStatement } from "./server.ts";

const NOW = Date.UTC(2026, 10, 23);

/** Field keys as given, and for each companion the moment of its newest value. */
function serverWith(columns: readonly string[], newest: Readonly<Record<string, number>>) {
  const told = { atOnce: 0, most: 0 };
  const query = async (_level: string, statement: string): Promise<readonly QueriedStatement[]> => {
    told.most = Math.max(told.most, ++told.atOnce);
    await Promise.resolve();
    told.atOnce--;
    if (statement.startsWith("SHOW FIELD KEYS")) {
      const values = columns.map((name) => [name, name.endsWith(":other") ? "string" : "float"]);
      return [{ series: [{ name: "k", columns: ["fieldKey", "fieldType"], values }] }];
    }
    const name = /last\("(.*?)"\)/.exec(statement)?.[1] ?? "";
    const at = newest[name];
    if (at === undefined) return [{ series: [] }];
    return [{ series: [{ name: "k", columns: ["time", "last"], values: [[at, ""]] }] }];
  };
  const server: InfluxServer = {
    query,
    write: () => Promise.reject(new Error("reads only")),
    close: () => Promise.resolve(),
  };
  return { told, server };
}

test("each column has its own moment up to which companions may stand, and they are asked for one by one", async () => {
  const columns = ["a", "a:other", "b", "b:other", "c"];
  const { server, told } = serverWith(columns, { "a:other": NOW + 60_000 });
  const { names, companionsUpTo } = await columnsThere(server, "k", NOW);
  expect([...names]).toEqual(columns);
  expect(Object.fromEntries(companionsUpTo)).toEqual({ "a:other": NOW + 60_000, "b:other": NOW });
  expect(told.most).toBe(1);
});

test("a kind that the database does not have has none", async () => {
  const { server } = serverWith([], {});
  expect(await columnsThere(server, "k", NOW)).toEqual({ names: new Set(), companionsUpTo: new Map() });
});

test("a server that does not say is asked again: nothing is guessed", async () => {
  const { server } = serverWith(["a:other"], {});
  const failing: InfluxServer = {
    ...server,
    query: (level, statement) =>
      statement.startsWith("SHOW")
        ? server.query(level, statement)
        : Promise.reject(new LinliError("unavailable", "x")),
  };
  await expect(columnsThere(failing, "k", NOW)).rejects.toMatchObject({ code: "unavailable" });
});
