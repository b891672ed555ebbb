import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { stateContract } from "../state.contract.ts";
import { openMemoryState, openSqliteState } from "./open.ts";

const folder = await mkdtemp(join(tmpdir(), "linli-state-"));
let files = 0;
afterAll(() => rm(folder, { recursive: true }));

stateContract("SQLite", (options) => openSqliteState({ file: join(folder, `${(files += 1)}.db`), ...options }));
stateContract("memory", (options) => openMemoryState(options));
