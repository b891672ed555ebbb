import { access } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { LinliError } from "@linli/model";
import { openDataDir, readSettings, type Settings, systemClock } from "@linli/runtime";
import { type Author, openSqliteState, type StateStore } from "@linli/stores";

/** The person at this terminal, as the audit log names them. */
export function terminalAuthor(): Author {
  return { id: `terminal:${userInfo().username}`, type: "system", at: systemClock.now() };
}

/**
 * Works on the state store of the data folder in the settings, whether the platform runs or not (other processes see the
 * changes within a fraction of a second). Fails with `not-found` when nothing was ever started there.
 */
export async function withState<T>(work: (state: StateStore, settings: Settings) => Promise<T>): Promise<T> {
  const settings = readSettings(process.env);
  const file = join(settings.LINLI_DATA_DIR, "state.db");
  await access(file).catch(() => {
    throw new LinliError(
      "not-found",
      `${settings.LINLI_DATA_DIR} holds no data of Linli: set LINLI_DATA_DIR, or start it there first`,
    );
  });
  await openDataDir(settings.LINLI_DATA_DIR);
  const state = await openSqliteState({ file });
  try {
    return await work(state, settings);
  } finally {
    await state.close();
  }
}
