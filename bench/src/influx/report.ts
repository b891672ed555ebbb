import { cpus } from "node:os";
import { formatTable, type Measure, mebibytes, median, milliseconds, quantile, thousands } from "../table.ts";
import type { FlatOut, Killed, Steady } from "./rounds.ts";

/** What was measured of one side. */
export interface Side {
  readonly flatOut: readonly FlatOut[];
  readonly steady: ReadonlyMap<number, Steady>;
  /** Sorted, ms. */
  readonly visible: Float64Array;
  readonly killed: ReadonlyMap<number, Killed>;
}

const range = (values: readonly number[]) =>
  `${thousands(median(values))} (${thousands(Math.min(...values))} – ${thousands(Math.max(...values))})`;

const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;

function steadyText({ sentPerSecond, restSeconds, stored }: Steady, messages: number): string {
  const lost = messages - stored;
  const held = `${thousands(sentPerSecond)} taken, the last in the database ${restSeconds.toFixed(1)} s later`;
  return lost > 0 ? `${held}; ${lost} never came` : held;
}

function killedText({ acknowledged, lost, recovers }: Killed): string {
  const after = recovers ? "goes on by itself" : "stuck until restarted by hand";
  return `${lost} of ${acknowledged} (${percent(lost, acknowledged)}); ${after}`;
}

export interface Sizes {
  readonly devices: number;
  readonly connections: number;
  readonly flatOut: number;
  readonly steadySeconds: number;
}

/** The lines of the table: Linli on the left, the other on the right. */
export function compare(linli: Side, other: Side, sizes: Sizes): Measure[] {
  const rows: Measure[] = [];
  const add = (what: string, texts: readonly [string, string], ratio: number | undefined, goal: string) =>
    rows.push({
      what,
      linli: texts[0],
      reference: texts[1],
      ratio: ratio === undefined ? "–" : ratio.toFixed(2),
      goal,
    });
  const rates = (side: Side, of: (round: FlatOut) => number) => side.flatOut.map(of);
  for (const [what, of, goal] of [
    ["in InfluxDB, flat out, messages/s", (round: FlatOut) => round.storedPerSecond, "> 1"],
    ["acknowledged meanwhile (Linli: on disk)", (round: FlatOut) => round.acknowledgedPerSecond, "–"],
  ] as const) {
    const [ours, theirs] = [rates(linli, of), rates(other, of)];
    add(what, [range(ours), range(theirs)], median(ours) / median(theirs), goal);
  }
  for (const [perSecond, ours] of linli.steady) {
    const theirs = other.steady.get(perSecond);
    if (!theirs) continue;
    const messages = perSecond * sizes.steadySeconds;
    const name = `steady ${perSecond / 1_000}k/s for ${sizes.steadySeconds} s`;
    add(name, [steadyText(ours, messages), steadyText(theirs, messages)], undefined, "held, all stored");
    add(
      `${name}: PUBACK p99`,
      [`${milliseconds(ours.ackP99Ms)} (on disk)`, milliseconds(theirs.ackP99Ms)],
      ours.ackP99Ms / theirs.ackP99Ms,
      "–",
    );
    add(
      `${name}: CPU seconds per 10,000 messages, memory (all but InfluxDB)`,
      [
        `${ours.cpuSeconds.toFixed(2)}, ${mebibytes(ours.rssBytes)}`,
        `${theirs.cpuSeconds.toFixed(2)}, ${mebibytes(theirs.rssBytes)}`,
      ],
      ours.cpuSeconds / theirs.cpuSeconds,
      "–",
    );
  }
  const [ours50, ours99] = [quantile(linli.visible, 0.5), quantile(linli.visible, 0.99)];
  const [theirs50, theirs99] = [quantile(other.visible, 0.5), quantile(other.visible, 0.99)];
  add(
    "publish → visible in InfluxDB at 1,000/s: p50 / p99",
    [`${milliseconds(ours50)} / ${milliseconds(ours99)}`, `${milliseconds(theirs50)} / ${milliseconds(theirs99)}`],
    ours99 / theirs99,
    "p99 ≤ 1.2 s",
  );
  for (const [perSecond, killed] of linli.killed) {
    const theirs = other.killed.get(perSecond);
    const text = theirs ? killedText(theirs) : "–";
    const what = `acknowledged and lost, broker killed under ${perSecond.toLocaleString("en")}/s`;
    add(what, [killedText(killed), text], undefined, "0, goes on by itself");
  }
  return rows;
}

/** The whole page. */
export function page(rows: readonly Measure[], facts: { sizes: Sizes; servers: string; date: string }): string {
  const { sizes, servers, date } = facts;
  return `# Into InfluxDB: Linli beside Mosquitto + Telegraf

\`npm run bench -- influx\` on ${date}: ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, ${servers}.
The generator and all servers share these cores, so ratios count, not absolutes.

Both sides get the same packets (QoS 1, ${sizes.devices.toLocaleString("en")} devices behind ${sizes.connections}
connections, three values each) from the same generator, write into an InfluxDB of their own of the same version and
configuration, and are counted in that database. Linli: broker, ingest, api and notify as shipped, with \`LINLI_SERIES=influx1\`.
Telegraf: \`inputs.mqtt_consumer\` (QoS 1, persistent session, 500,000 undelivered messages) and \`outputs.influxdb\` (flush 1 s,
batches of 10,000, a buffer of 5 million); Mosquitto: \`max_inflight_messages 0\`, \`max_queued_messages 0\`, without
persistence, except where its broker is killed: there it saves its sessions every 5 s. Flat out: ${sizes.flatOut.toLocaleString("en")}
messages a round, median and (least – most) of the rounds.

${formatTable(rows).replace("| Linli | reference, same run |", "| Linli | Mosquitto + Telegraf |")}
`;
}
