import type { CopyReport } from "./job.ts";
import type { Difference, Verification } from "./verify.ts";

/** More than this nobody reads; `--json` has them all. */
const MOST_LINES = 20;

const number = (value: number) => value.toLocaleString("en");

function shortened(lines: readonly string[], what: string): string[] {
  const rest = lines.length - MOST_LINES;
  return rest > 0
    ? [...lines.slice(0, MOST_LINES), `  … and ${number(rest)} more ${what} (--json lists all)`]
    : [...lines];
}

function differenceLine({ part, deviceId, point, from, to, missing, different, firstAt }: Difference): string {
  const what = [missing > 0 && `${number(missing)} missing`, different > 0 && `${number(different)} different`];
  const first = firstAt === undefined ? "" : `, first at ${new Date(firstAt).toISOString()}`;
  const counts = `${number(from.count)} there, ${number(to.count)} here; sums ${from.sum} and ${to.sum}`;
  return `  ${deviceId} ${point} (${part}): ${what.filter(Boolean).join(", ")}${first}; ${counts}`;
}

function verificationLines({ from, to, series, until, extra, differences }: Verification): string[] {
  const before = `of before ${new Date(until).toISOString().slice(0, 19)}Z`;
  const more =
    extra > 0 ? [`  ${number(extra)} more entries of the same points were there already or came meanwhile.`] : [];
  if (differences.length === 0) {
    return [
      `Verified: ${number(from.count)} entries of ${number(series)} series ${before}, counts and sums equal on both sides.`,
      ...more,
    ];
  }
  return [
    `${number(differences.length)} of ${number(series)} series differ ${before}: ${number(from.count)} entries there, ${number(to.count)} here.`,
    ...shortened(differences.map(differenceLine), "series"),
    ...more,
  ];
}

/** What came of a copy, for a person. */
export function reportLines(report: CopyReport): string[] {
  const { from, to, readings, rollUps, rejected, unknownDevices, verification } = report;
  const refused = Object.entries(rejected).map(([reason, count]) => `  ${number(count)}: ${reason}`);
  const missing = unknownDevices.map((deviceId) => `  ${deviceId}`);
  const verb = report.dryRun ? "would be copied" : "copied";
  return [
    `${number(readings)} readings and ${number(rollUps)} roll-ups ${verb} in ${report.seconds.toFixed(1)} s${report.resumed ? " (gone on with)" : ""}`,
    `  from ${from}`,
    `  to   ${to}`,
    ...(refused.length > 0 ? ["Refused by the target:", ...shortened(refused, "reasons")] : []),
    ...(missing.length > 0
      ? [
          `${number(missing.length)} devices are not in the registry and were left out (--unknown-kind NAME stores them under that kind):`,
          ...shortened(missing, "devices"),
        ]
      : []),
    ...(verification ? verificationLines(verification) : []),
  ];
}
