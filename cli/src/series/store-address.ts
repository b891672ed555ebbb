import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { LinliError, type Problem } from "@linli/model";
import type { Settings } from "@linli/runtime";

/** Credentials never stand in an argument: they come from files, or from the settings. */
export interface Credentials {
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
}

/** A series store as a person names it. */
export type StoreAddress =
  | { readonly type: "sqlite"; readonly name: string; readonly dir: string }
  | {
      readonly type: "influx1" | "influx2" | "influx3";
      readonly name: string;
      readonly url: string;
      readonly database: string;
      readonly org: string;
      readonly credentials: Credentials;
    };

const FORMS =
  "sqlite:FOLDER, influx1+http://HOST:8086/DATABASE, influx2+http://HOST:8086/BUCKET?org=ORG, influx3+…, settings";

function wrong(field: string, value: string, message: string): LinliError {
  const problem: Problem = { field, value, message };
  return new LinliError("invalid", "this is no series store", { problems: [problem] });
}

/** The folder of the series files: given itself, or the data folder that it is in. */
function sqliteAddress(folder: string): StoreAddress {
  const given = resolve(folder);
  const isData = existsSync(join(given, "version")) || existsSync(join(given, "series"));
  const dir = isData ? join(given, "series") : given;
  return { type: "sqlite", name: `sqlite:${dir}`, dir };
}

function influxAddress(field: string, text: string, credentials: Credentials): StoreAddress {
  const plus = text.indexOf("+");
  const type = text.slice(0, plus) as "influx1" | "influx2" | "influx3";
  const url = URL.canParse(text.slice(plus + 1)) ? new URL(text.slice(plus + 1)) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw wrong(field, text, `write ${FORMS}`);
  if (url.username !== "" || url.password !== "") {
    const bare = `${type}+${url.protocol}//${url.host}${url.pathname}`;
    throw wrong(
      field,
      bare,
      "no password or token in an argument, where others see it: use --…-token-file, --…-password-file",
    );
  }
  const path = url.pathname.split("/").filter((part) => part !== "");
  const database = decodeURIComponent(path.pop() ?? "");
  if (!/^[A-Za-z][A-Za-z0-9_-]{0,50}$/.test(database))
    throw wrong(field, text, "the path ends with the database or bucket");
  const org = url.searchParams.get("org") ?? "linli";
  const base = [url.origin, ...path].join("/");
  const name = `${type}+${base}/${database}${type === "influx2" ? `?org=${encodeURIComponent(org)}` : ""}`;
  return { type, name, url: base, database, org, credentials };
}

function settingsAddress(settings: Settings): StoreAddress {
  if (settings.LINLI_SERIES === "sqlite") {
    const dir = join(settings.LINLI_DATA_DIR, "series");
    return { type: "sqlite", name: `sqlite:${dir}`, dir };
  }
  const { LINLI_SERIES_USER: user, LINLI_SERIES_PASSWORD: password, LINLI_SERIES_TOKEN: token } = settings;
  const credentials = { ...(user && { user }), ...(password && { password }), ...(token && { token }) };
  const org = encodeURIComponent(settings.LINLI_SERIES_ORG);
  const url = settings.LINLI_SERIES_URL.replace(/\/$/, "");
  return influxAddress(
    "LINLI_SERIES_URL",
    `${settings.LINLI_SERIES}+${url}/${settings.LINLI_SERIES_DATABASE}?org=${org}`,
    credentials,
  );
}

/** Reads the argument `field` (`--from`, `--to`). Fails with `invalid` for what names no store. */
export function parseStoreAddress(
  field: string,
  text: string,
  given: { readonly settings: Settings; readonly credentials: Credentials },
): StoreAddress {
  if (text === "settings") return settingsAddress(given.settings);
  if (text.startsWith("sqlite:") && text.length > "sqlite:".length) return sqliteAddress(text.slice("sqlite:".length));
  if (/^influx[123]\+/.test(text)) return influxAddress(field, text, given.credentials);
  throw wrong(field, text, `write ${FORMS}`);
}

/** The folder that a running platform would hold with its lock. */
export function dataFolderOf(dir: string): string {
  return basename(dir) === "series" ? resolve(dir, "..") : dir;
}
