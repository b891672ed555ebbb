import type { Clock, Logger, Metrics, ProcessStatus, Settings } from "@linli/runtime";
import type { SeriesReader, StateStore } from "@linli/stores";
import type { Authenticator } from "./access/authenticate.ts";
import type { Denials } from "./access/denials.ts";
import type { SignIn } from "./access/sign-in.ts";
import type { AlertItems } from "./alerts/alert-items.ts";
import type { Proposals } from "./commands/proposals.ts";
import type { WriteImport } from "./import/write-import.ts";
import type { Directory } from "./live/directory.ts";
import type { LiveStates } from "./live/live-states.ts";
import type { Streams } from "./live/streams.ts";
import type { Neighbours } from "./neighbours/neighbours.ts";
import type { Monitor } from "./platform/monitor.ts";
import type { ApiDetails } from "./platform/own-status.ts";

/** What the routes work with; put together in app.ts, or by a test. */
export interface Parts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly state: StateStore;
  readonly series: Pick<SeriesReader, "range" | "aggregate" | "last" | "points">;
  /** Places and devices in memory. */
  readonly registry: Directory;
  readonly live: LiveStates;
  readonly streams: Streams;
  readonly neighbours: Neighbours;
  readonly monitor: Monitor;
  readonly ownStatus: () => ProcessStatus<ApiDetails>;
  readonly authenticator: Authenticator;
  readonly signIn: SignIn;
  readonly denials: Denials;
  readonly proposals: Proposals;
  readonly alertItems: AlertItems;
  readonly writeImport: WriteImport;
}
