import { parseArgs } from "node:util";
import { skipWithout } from "../support/required.ts";
import { FAULTS } from "./all.ts";

const USAGE = `npm run faults -- [F1 F2 …] [--rounds N] [--seed N] [--list]
Runs each fault against real processes; one line per fault, exit 1 when something that must hold did not.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: "boolean" },
    help: { type: "boolean" },
    rounds: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});

function chosen() {
  const unknown = positionals.filter((id) => !FAULTS.some((fault) => fault.id === id));
  if (unknown.length > 0) {
    console.error(`no such fault: ${unknown.join(", ")}; --list names them`);
    process.exit(2);
  }
  return positionals.length === 0 ? FAULTS : FAULTS.filter(({ id }) => positionals.includes(id));
}

async function runAll(): Promise<boolean> {
  let allHold = true;
  for (const fault of chosen()) {
    const rounds = values.rounds ? Number(values.rounds) : fault.rounds;
    const note = (line: string) => console.error(`  ${fault.id} ${line}`);
    try {
      if (fault.needs && skipWithout(fault.needs.part, fault.needs.isThere())) {
        console.log(`${fault.id} skipped: needs ${fault.needs.part}`);
        continue;
      }
      console.log(`${fault.id} holds: ${await fault.run({ rounds, seed: Number(values.seed), note })}`);
    } catch (error) {
      allHold = false;
      console.log(`${fault.id} DOES NOT HOLD: ${(error as Error).message}`);
      if ((error as Error).cause) console.error((error as Error).cause);
    }
  }
  return allHold;
}

if (values.help) console.log(USAGE);
else if (values.list)
  for (const { id, title, rounds } of FAULTS) console.log(`${id.padEnd(4)} ${title} (${rounds} rounds)`);
else process.exitCode = (await runAll()) ? 0 : 1;
