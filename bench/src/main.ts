import { cpus } from "node:os";
import { measureAcknowledgements } from "./acknowledgements.ts";
import { measureAlerts } from "./alerts.ts";
import { measureEndToEnd } from "./end-to-end.ts";
import { measureIdleConnections, measureNeighbourhood } from "./idle.ts";
import { measureInflux } from "./influx/compare.ts";
import { measureLines } from "./influx/lines.ts";
import { measureRestart } from "./restart.ts";
import { formatTable, type Measure } from "./table.ts";

const SECTIONS: Readonly<Record<string, () => Promise<Measure[]>>> = {
  "acks-50": () => measureAcknowledgements(50, 400),
  "acks-500": () => measureAcknowledgements(500, 40),
  "end-to-end": measureEndToEnd,
  alerts: measureAlerts,
  restart: measureRestart,
  "influx-lines": async () => measureLines(),
  idle: async () => [await measureIdleConnections()],
  neighbourhood: async () => [await measureNeighbourhood()],
};

/** Only when asked for: they need programs that are not everywhere. */
const BY_NAME: Readonly<Record<string, () => Promise<Measure[]>>> = {
  influx: () => measureInflux("full"),
  "influx-small": () => measureInflux("small"),
};

const wanted = process.argv.slice(2);
const all = { ...SECTIONS, ...BY_NAME };
const unknown = wanted.filter((name) => !(name in all));
if (unknown.length > 0) {
  console.error(`no such section: ${unknown.join(", ")}; there are ${Object.keys(all).join(", ")}`);
  process.exit(2);
}
const rows: Measure[] = [];
for (const [name, measure] of Object.entries(wanted.length > 0 ? all : SECTIONS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.error(`measuring: ${name} …`);
  rows.push(...(await measure()));
}
console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, generator on the same cores\n`);
console.log(formatTable(rows));
