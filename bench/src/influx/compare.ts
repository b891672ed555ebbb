import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FloodConnection } from "@linli/testing";
import type { Measure } from "../table.ts";
import { measureLines } from "./lines.ts";
import { prepareFleet, startLinliStack } from "./linli.ts";
import { compare, page, type Side, type Sizes } from "./report.ts";
import { flatOut, killedBroker, spansFrom, steady, visibility } from "./rounds.ts";
import type { Stack } from "./stack.ts";
import { missing, startTelegrafStack, versions } from "./telegraf.ts";

const PAGE = join(import.meta.dirname, "../../influx.md");
const FULL = {
  devices: 20_000,
  connections: 50,
  rounds: 3,
  flatOut: 500_000,
  steady: [20_000, 30_000],
  steadySeconds: 15,
  kills: [2_000, 20_000],
};
/** To see that all of it works; its figures mean nothing and are not kept. */
const SMALL = { ...FULL, devices: 500, rounds: 1, flatOut: 20_000, steady: [2_000], steadySeconds: 3, kills: [1_000] };

interface Fleet {
  readonly dataDir: string;
  readonly fleet: readonly FloodConnection[];
}

/** `begin` gives the stack that is measured, `killable` the one whose broker is killed. */
async function measure(
  begin: (fleet: Fleet) => Promise<Stack>,
  killable: (fleet: Fleet) => Promise<Stack>,
  sizes: typeof FULL,
): Promise<Side & { database: string }> {
  const spans = spansFrom(Date.now() - 86_400_000);
  const loadOf = async (start: typeof begin) => {
    const fleet = await prepareFleet(sizes.devices, sizes.connections);
    return { stack: await start(fleet), fleet: fleet.fleet, spans };
  };
  const side = { flatOut: [] as Awaited<ReturnType<typeof flatOut>>[], steady: new Map(), killed: new Map() };
  const load = await loadOf(begin);
  let visible: Float64Array;
  try {
    const say = (what: string) => console.error(`  ${load.stack.name}: ${what} …`);
    say("everybody once");
    await flatOut(load, sizes.devices);
    say("visibility");
    visible = await visibility(load);
    for (const rate of sizes.steady) {
      say(`steady ${rate}/s`);
      side.steady.set(rate, await steady(load, rate, sizes.steadySeconds));
    }
    for (let round = 1; round <= sizes.rounds; round++) {
      say(`flat out, ${round} of ${sizes.rounds}`);
      side.flatOut.push(await flatOut(load, sizes.flatOut));
    }
  } finally {
    await load.stack.stop();
  }
  for (const rate of sizes.kills) {
    const { stack, ...rest } = await loadOf(killable);
    console.error(`  ${stack.name}: its broker killed under ${rate}/s …`);
    try {
      await flatOut({ stack, ...rest }, sizes.devices);
      side.killed.set(rate, await killedBroker({ stack, ...rest }, rate));
    } finally {
      await stack.stop();
    }
  }
  return { ...side, visible, database: load.stack.influx.version };
}

/** Linli and its nearest relative, each into an InfluxDB of its own; `size` full writes `bench/influx.md`. */
export async function measureInflux(size: "full" | "small"): Promise<Measure[]> {
  const lacking = missing();
  if (lacking !== "") throw new Error(`this comparison needs ${lacking}`);
  const sizes = size === "full" ? FULL : SMALL;
  const linli = await measure(
    ({ dataDir }) => startLinliStack(dataDir),
    ({ dataDir }) => startLinliStack(dataDir),
    sizes,
  );
  const other = await measure(
    ({ dataDir }) => startTelegrafStack(dataDir, false),
    ({ dataDir }) => startTelegrafStack(dataDir, true),
    sizes,
  );
  const rows = [...compare(linli, other, sizes satisfies Sizes), ...measureLines()];
  const servers = `InfluxDB ${linli.database}, ${await versions()}`;
  const date = new Date().toISOString().slice(0, 10);
  if (size === "full") await writeFile(PAGE, page(rows, { sizes, servers, date }));
  return rows;
}
