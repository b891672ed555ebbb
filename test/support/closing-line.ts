import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { INFLUX_PROVIDED_BY, type InfluxName, influxServers, TESTED_FILE } from "@linli/testing";
import type { Reporter, TestModule } from "vitest/node";

/** The InfluxDB versions that were really tested, and what this machine lacks for the others. */
function influxLine(tested: string): string {
  const versions = [...new Set(tested.split("\n").filter(Boolean))].sort().map((line) => line.split(" ")[1]);
  const here = new Set(influxServers().map(({ name }) => name));
  const lacking = (Object.keys(INFLUX_PROVIDED_BY) as InfluxName[])
    .filter((name) => !here.has(name))
    .map((name) => `${name.slice(-1)}.x (${INFLUX_PROVIDED_BY[name]})`);
  const absent = lacking.length > 0 ? `; not here: ${lacking.join(", ")}` : "";
  return `InfluxDB tested: ${versions.join(", ") || "none"}${absent}`;
}

/** Prints plain lines at the very end: which servers were tested, then `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  readonly #tested = join(tmpdir(), `linli-influx-tested-${process.pid}`);

  /** Servers are started in worker processes, which inherit the name of the file. */
  onInit(): void {
    process.env[TESTED_FILE] = this.#tested;
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      if (module.state() === "failed" && [...module.children.allTests("failed")].length === 0) counts.failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== "pending") counts[state]++;
      }
    }
    console.log(influxLine(this.#readTested()));
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }

  #readTested(): string {
    try {
      return readFileSync(this.#tested, "utf8");
    } catch {
      return ""; // no server was started
    } finally {
      rmSync(this.#tested, { force: true });
    }
  }
}
