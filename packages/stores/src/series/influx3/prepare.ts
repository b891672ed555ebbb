import { isLinliError } from "@linli/model";
import type { ClientServer } from "../influx/client-server.ts";
import { databaseOf, LEVELS } from "../influx/options.ts";
import {
  loginStep,
  missingStep,
  type Preparation,
  type PreparationStep,
  type PrepareOptions,
  versionStep,
} from "../influx/preparation.ts";

/**
 * Looks at the server and creates the databases that are not there. InfluxDB 3 Core keeps everything for good and makes a
 * database of itself at the first write, five at most. Rejects with `unavailable` when it does not answer.
 */
export async function prepareInflux3(server: ClientServer, options: PrepareOptions): Promise<Preparation> {
  const version = await server.version();
  const first = versionStep(version, 3);
  if (first.is === "missing") return { version, steps: [first] };
  const steps: PreparationStep[] = [first];
  for (const level of LEVELS) {
    const db = databaseOf(options, level);
    const what = `database ${db}`;
    try {
      await server.query(level, "SHOW MEASUREMENTS LIMIT 1");
      steps.push({ what, is: "fine", detail: "is there" });
    } catch (error) {
      if (!isLinliError(error)) throw error;
      if (error.code === "unavailable") {
        const remedy =
          "check LINLI_SERIES_TOKEN and LINLI_SERIES_TOKEN_FILE; an administrator makes one with: influxdb3 create token";
        return { version, steps: [...steps, loginStep(error, remedy)] };
      }
      const command = `influxdb3 create database ${db}`;
      if (options.create === false) {
        steps.push(missingStep(what, command));
        continue;
      }
      try {
        await server.call("POST", "/api/v3/configure/database", { db });
        steps.push({ what, is: "created", detail: "was not there" });
      } catch (refused) {
        const said = refused instanceof Error ? refused.message : String(refused);
        steps.push(missingStep(what, command, said));
      }
    }
  }
  return { version, steps };
}
