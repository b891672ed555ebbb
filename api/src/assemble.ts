import { randomUUID } from "node:crypto";
import { type Clock, createMetrics, type Logger, type Settings } from "@linli/runtime";
import type { SeriesReader, StateStore } from "@linli/stores";
import { createAuthenticator } from "./access/authenticate.ts";
import { Denials } from "./access/denials.ts";
import { SignIn } from "./access/sign-in.ts";
import { AlertItems } from "./alerts/alert-items.ts";
import { Proposals } from "./commands/proposals.ts";
import type { WriteImport } from "./import/write-import.ts";
import type { Directory } from "./live/directory.ts";
import { LiveStates } from "./live/live-states.ts";
import { Streams } from "./live/streams.ts";
import type { Neighbours } from "./neighbours/neighbours.ts";
import type { Parts } from "./parts.ts";
import { Monitor } from "./platform/monitor.ts";
import { createOwnStatus } from "./platform/own-status.ts";
import { discreet } from "./routes/readings/discreet.ts";

/** The adapters that everything else stands on. */
export interface Adapters {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly state: StateStore;
  readonly series: SeriesReader;
  readonly registry: Directory;
  readonly neighbours: Neighbours;
  readonly writeImport: WriteImport;
  /** Where the server is reached; asked when somebody wants to know. */
  readonly address: () => string;
}

/** Puts the parts together over the adapters given; opens nothing and starts nothing. */
export function assemble(adapters: Adapters): Parts & { readonly instance: string } {
  const { settings, clock, log, state, registry, neighbours } = adapters;
  const instance = randomUUID();
  const live = new LiveStates();
  const denials = new Denials(state.access, clock, log);
  const streams = new Streams({ changes: state.changes, directory: registry, live, clock, log, instance });
  return {
    ...adapters,
    series: discreet(adapters.series, log),
    instance,
    live,
    denials,
    streams,
    metrics: createMetrics("linli_api_"),
    monitor: new Monitor(neighbours, clock),
    authenticator: createAuthenticator(state, clock, settings.LINLI_BOOTSTRAP_TOKEN),
    signIn: new SignIn(state.access, clock, denials),
    proposals: new Proposals(clock),
    alertItems: new AlertItems(state, registry),
    ownStatus: createOwnStatus(clock, () => ({ address: adapters.address(), streams: streams.size })),
  };
}
