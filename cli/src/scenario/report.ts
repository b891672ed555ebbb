import type { Run } from "./run.ts";
import type { ScenarioFile } from "./scenario-files.ts";

/** One scenario that was run, and how long that really took, ms. */
export interface Ran {
  readonly file: ScenarioFile;
  readonly run: Run;
  readonly tookMs: number;
}

const MINUTE = 60_000;

/** `2 h 30 min` */
function length(ms: number): string {
  const minutes = Math.round(ms / MINUTE);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours > 0 ? `${hours} h` : "", rest > 0 || hours === 0 ? `${rest} min` : ""]
    .filter((part) => part !== "")
    .join(" ");
}

/** Whether it passed and everything that did not come about, each with its place in the file. Always the same. */
export function verdict({ file, run }: Pick<Ran, "file" | "run">): readonly string[] {
  const title = file.scenario?.title.en ?? "";
  const { decided, carried } = run.book;
  const opened = decided.filter(({ effect, shadow }) => effect.change === "opened" && !shadow).length;
  const what = `${length(run.lasted)}, ${opened} alerts, ${carried.length} messages`;
  return [
    `${run.failures.length === 0 ? "passed" : "FAILED"}  ${file.file}: ${title} (${what})`,
    ...run.failures.map(({ path, message }) => `        ${file.place(path)}\n          ${message}`),
  ];
}

/** Every alert with its beginning and what became of it, in order. */
export function alertLines({ run }: Pick<Ran, "run">): readonly string[] {
  const time = (at: number) => new Date(at).toISOString().replace("T", " ").slice(0, 19);
  return run.book.decided
    .filter(({ effect }) => effect.change !== "seen")
    .map(({ at, shadow, effect: { change, alert, reason } }) => {
      const what = `${change.padEnd(8)} ${alert.severity.padEnd(8)} ${alert.ruleId} on ${alert.deviceId}`;
      return `        ${time(at)}Z  ${what}${shadow ? " (in shadow)" : ""}: ${reason}`;
    });
}

/** How much faster than the clock. */
export function pace(ran: readonly Ran[]): string {
  const virtual = ran.reduce((sum, { run }) => sum + run.lasted, 0);
  const real = ran.reduce((sum, { tookMs }) => sum + tookMs, 0);
  const factor = Math.round(virtual / Math.max(1, real));
  return `${length(virtual)} in ${(real / 1_000).toFixed(1)} s: ${factor.toLocaleString("en")} × real time`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

function escaped(text: string): string {
  // what XML cannot hold at all is left out
  const plain = text.replace(/[^\t\n\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "");
  return plain.replace(/[&<>"']/g, (letter) => ESCAPES[letter] ?? letter);
}

/** JUnit's XML: one suite, one case for each scenario. */
export function junit(ran: readonly Ran[]): string {
  const failed = ran.filter(({ run }) => run.failures.length > 0).length;
  const seconds = (ms: number) => (ms / 1_000).toFixed(3);
  const total = seconds(ran.reduce((sum, { tookMs }) => sum + tookMs, 0));
  const cases = ran.map(({ file, run, tookMs }) => {
    const head = `    <testcase classname="${escaped(file.file)}" name="${escaped(file.scenario?.title.en ?? file.file)}" time="${seconds(tookMs)}"`;
    if (run.failures.length === 0) return `${head}/>`;
    const failures = run.failures.map(
      ({ path, message }) =>
        `      <failure message="${escaped(message)}">${escaped(`${file.place(path)}\n${message}`)}</failure>`,
    );
    return [`${head}>`, ...failures, "    </testcase>"].join("\n");
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${ran.length}" failures="${failed}" time="${total}">`,
    `  <testsuite name="scenarios" tests="${ran.length}" failures="${failed}" errors="0" time="${total}">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}
