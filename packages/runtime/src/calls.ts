import type { DeviceState } from "@linli/model";

/**
 * The calls between processes over their local sockets, by process and route. Every process also answers
 * `status` (ProcessStatus) and `metrics` (Prometheus text).
 */
export interface BrokerDetails {
  readonly connections: number;
  readonly journal: {
    readonly writable: boolean;
    readonly appended: number;
    readonly bytes: number;
    readonly pendingBytes: number;
  };
  /** Since start, by reason; each also in the log and, limited, in the audit log with the client's address. */
  readonly refused: Readonly<Record<string, number>>;
  /** The ports really listened on. */
  readonly ports: { readonly mqtt: number; readonly mqtts?: number; readonly ws?: number };
}

/** broker `append`: resolves when durable, `unavailable` when it cannot become so. */
export interface AppendCall {
  readonly messages: readonly { readonly principal: string; readonly topic: string; readonly payloadBase64: string }[];
}

/** broker `publish-states`: the retained `linli/v1/state/{deviceId}` messages; best effort. */
export interface PublishStatesCall {
  readonly states: readonly { readonly deviceId: string; readonly payload: string }[];
}

/** api `live`: states that changed; best effort. Answers with the api's instance, so that a new one gets a full snapshot. */
export interface LiveCall {
  readonly states: readonly DeviceState[];
}
export interface LiveAnswer {
  readonly instance: string;
}

/** ingest `drained`: true when both consumers have committed the records before `sequence`, false after `waitMs` (1.5 s). */
export interface DrainedCall {
  readonly sequence: number;
  readonly waitMs?: number;
}

/** ingest `states`: what watch holds at this moment, of these devices or of all. Answers `DeviceState[]`. */
export interface StatesCall {
  readonly deviceIds?: readonly string[];
}

export interface IngestDetails {
  readonly watch: { readonly lag: number; readonly time: number; readonly sequence: number };
  readonly archive: {
    readonly lag: number;
    readonly written: number;
    readonly rejected: number;
    readonly conflicts: number;
    readonly deadLetters: number;
    readonly sequence: number;
    /** Bytes of the journal that it has yet to take. */
    readonly waitingBytes: number;
    /** Age of the oldest reading that is not stored, in ms; 0 when none waits. */
    readonly waitingMs: number;
    /** Journal records a second that it gets through, of late. */
    readonly perSecond: number;
  };
}

/** notify: what the watchdog found wrong, over all processes. */
export interface NotifyDetails {
  readonly watching: readonly string[];
}

/** supervisor (in the `linli` command). */
export interface SupervisorDetails {
  readonly processes: Readonly<
    Record<string, { readonly pid: number | null; readonly since: number | null; readonly restarts: number }>
  >;
}
