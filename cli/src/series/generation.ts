import { LinliError } from "@linli/model";
import type { Side } from "./credentials.ts";
import type { StoreAddress } from "./store-address.ts";

/** It answers at once or is away, which whoever reads or writes it tells better. */
const PATIENCE_MS = 5_000;

/** As the server says itself; `undefined` when it does not say. */
async function versionAt(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${url}/ping`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await answer.body?.cancel();
    return /[123]\.[\d.]+/.exec(answer.headers.get("x-influxdb-version") ?? "")?.[0];
  } catch {
    return undefined;
  }
}

/** Fails with `invalid`, and how to write it, for a server of another generation than the address says. */
export async function assertGeneration(side: Side, address: StoreAddress): Promise<void> {
  if (address.type === "sqlite") return;
  const version = await versionAt(address.url);
  if (version === undefined || version.startsWith(address.type.slice("influx".length))) return;
  const type = `influx${version.charAt(0)}`;
  const org = type === "influx2" ? `?org=${encodeURIComponent(address.org)}` : "";
  const message = `that is InfluxDB ${version}: write ${type}+${address.url}/${address.database}${org}`;
  const problems = [{ field: `--${side}`, value: address.name, message }];
  throw new LinliError("invalid", "a store is of another generation", { problems });
}
