import type { InfluxUnderTest } from "@linli/testing";

/** Everything between a device and an InfluxDB of its own. */
export interface Stack {
  readonly name: string;
  /** Where devices connect. */
  readonly port: number;
  readonly influx: InfluxUnderTest;
  readonly database: string;
  /** The field of the temperature. */
  readonly field: string;
  /** Its processes but the database. */
  pids(): Promise<readonly number[]>;
  /** kill -9. */
  killBroker(): Promise<void>;
  /** The broker is back on the same port; for a stack whose broker comes back by itself it waits for that. */
  brokerIsBack(): Promise<void>;
  stop(): Promise<void>;
}

export const MEASUREMENT = "environment-sensor";
/** The values of every message. */
export const MEMBERS = '"temperature":21.5,"humidity":40.5,"co2":640';
