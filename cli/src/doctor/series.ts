import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isLinliError } from "@linli/model";
import type { Settings } from "@linli/runtime";
import { examineSeries, type InfluxFinding, openSqliteSeriesReader } from "@linli/stores";
import { type Finding, ok, problem, warning } from "./finding.ts";

const CHECK = "series store";
const SERIES_FILE = /^(?:\d{4}-\d\d-\d\d|5m-\d{4}-\d\d|1h-\d{4})\.db$/;
const RAW_FILE = /^\d{4}-\d\d-\d\d\.db$/;
const SET_ASIDE = /\.damaged-\d+$/;

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

async function mebibytesOf(dir: string, names: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(dir, name)).then(
        ({ size }) => size,
        () => 0, // retention took it meanwhile
      ),
    ),
  );
  return Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / 2 ** 20);
}

async function devicesOf(dir: string): Promise<readonly string[]> {
  const reader = await openSqliteSeriesReader({ dir, workers: 1 });
  try {
    return await reader.devices();
  } finally {
    await reader.close();
  }
}

/** The embedded store: its folder, its files, and those that were set aside because they are damaged. */
async function checkSqlite(dir: string): Promise<Finding[]> {
  try {
    const names = (await namesIn(dir)).toSorted();
    const files = names.filter((name) => SERIES_FILE.test(name));
    const days = files.filter((name) => RAW_FILE.test(name));
    const aside = names.filter((name) => SET_ASIDE.test(name));
    const devices = await devicesOf(dir);
    const span = days.length > 0 ? `, raw readings from ${days[0]?.slice(0, 10)} to ${days.at(-1)?.slice(0, 10)}` : "";
    const size = `${await mebibytesOf(dir, files)} MiB`;
    const found = ok(CHECK, `sqlite: ${files.length} files, ${size}, ${devices.length} devices${span}`);
    if (aside.length === 0) return [found];
    const remedy = "they are kept for a person to look at: bring their readings back from a backup, then delete them";
    return [found, warning(CHECK, `damaged and set aside: ${aside.join(", ")}`, remedy)];
  } catch (error) {
    if (!isLinliError(error) && (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    const remedy = "restore the series folder from a backup, or start the version that wrote it";
    return [problem(CHECK, `${dir}: ${(error as Error).message}`, remedy)];
  }
}

function worded({ what, is, detail, remedy }: InfluxFinding): Finding {
  const text = `${what}: ${detail}`;
  switch (is) {
    case "fine":
      return ok(CHECK, text);
    case "created":
      return ok(CHECK, `${what}: made (${detail})`);
    case "doubtful":
      return warning(CHECK, text, remedy ?? "see docs/series.md");
    case "missing":
      return problem(CHECK, text, remedy ?? "see docs/series.md");
  }
}

/** The series store that the settings name. With `fix`, what is missing is made as far as the rights go. */
export async function checkSeries(settings: Settings, { fix }: { readonly fix: boolean }): Promise<Finding[]> {
  const findings = await examineSeries(settings, { create: fix });
  return findings === undefined ? checkSqlite(join(settings.LINLI_DATA_DIR, "series")) : findings.map(worded);
}
