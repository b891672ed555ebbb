import { existsSync } from "node:fs";
import { join } from "node:path";
import { LinliError } from "@linli/model";
import { systemClock } from "@linli/runtime";
import { terminalAuthor, withState } from "../data-folder.ts";
import { print } from "../output.ts";
import { playScenario } from "../scenario/play/play.ts";
import { runningOn } from "../scenario/play/running.ts";
import { withRecordings } from "../scenario/recorded-steps.ts";
import { pace, verdict } from "../scenario/report.ts";
import { readScenarioFiles } from "../scenario/scenario-files.ts";

interface PlayOptions {
  readonly recordings?: string;
  readonly yes?: boolean;
}

/** Plays a scenario against the platform that runs on the data folder in the settings. */
export async function play(path: string, { recordings, yes }: PlayOptions): Promise<void> {
  const [file] = await readScenarioFiles([path]);
  if (file?.scenario === undefined) throw new LinliError("invalid", `${path} is no scenario that can be read`);
  const folder = recordings === undefined ? {} : { folder: recordings };
  const scenario = await withRecordings(file.scenario, { file: file.file, ...folder });
  await withState(async (state, settings) => {
    if (!yes && !existsSync(join(settings.LINLI_DATA_DIR, "demo", "fleet.json"))) {
      const reason = `${settings.LINLI_DATA_DIR} is no demo: whoever is on duty would be told; --yes plays it all the same`;
      throw new LinliError("conflict", reason);
    }
    const running = runningOn(state, settings);
    const began = performance.now();
    try {
      const prefix = `play-${systemClock.now().toString(36)}-`;
      const told = (line: string) => console.error(line);
      const run = await playScenario(scenario, running, { prefix, author: terminalAuthor(), told });
      for (const line of verdict({ file, run })) print(line);
      for (const at of run.notJudged)
        print(`        ${file.place(at)}\n          not judged: it is about this platform's people`);
      if (run.failures.length > 0) process.exitCode = 1;
      console.error(pace([{ file, run, tookMs: performance.now() - began }]));
    } finally {
      running.close();
    }
  });
}
