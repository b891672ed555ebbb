import type { Retention } from "../port.ts";
import type { Level } from "./server.ts";

/** How an InfluxDB server is reached, and how much it is given at a time. */
export interface InfluxOptions {
  readonly url: string;
  /** Database or bucket of the raw readings. */
  readonly database: string;
  /** 2.x. */
  readonly org?: string;
  /** 1.x. */
  readonly user?: string;
  readonly password?: string;
  /** 2.x and 3.x. */
  readonly token?: string;
  readonly gzip: boolean;
  /** How long one answer is waited for. */
  readonly timeoutMs: number;
  /** Most lines of one write. */
  readonly batchLines: number;
  /** Writes at a time. */
  readonly connections: number;
  /** How long a reader may be out of date about what is kept and what kind a device is; 10 s by default. */
  readonly cacheMs?: number;
  /** Infinite = kept for good. */
  readonly retention: Retention;
}

export type Generation = 1 | 2 | 3;

export const LEVELS: readonly Level[] = ["raw", "5m", "1h"];

/** The database (bucket) of a level. */
export function databaseOf({ database }: Pick<InfluxOptions, "database">, level: Level): string {
  return level === "raw" ? database : `${database}_${level}`;
}
