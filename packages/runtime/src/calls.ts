import type { DeviceState, Message, Severity } from "@linli/model";

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

/** broker `publish-alerts`: the `linli/v1/alerts/{alertId}` messages, retained while `open`; best effort. */
export interface PublishAlertsCall {
  readonly alerts: readonly { readonly alertId: string; readonly open: boolean; readonly payload: string }[];
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

/** notify: what it watches, and how telling people goes. */
export interface NotifyDetails {
  readonly watching: readonly string[];
  /** Null until it has begun. */
  readonly telling: {
    /** Messages on their way, and the age of the oldest in ms. */
    readonly queued: number;
    readonly oldestMs: number;
    readonly deadChannels: readonly string[];
    /** How much is wrong with who is arranged to be told; `findings` lists it. */
    readonly findings: number;
  } | null;
}

/** notify `whatIf`: who would be told of it now, and why others would not. Answers `NewLedgerEntry[]`. */
export interface WhatIfCall {
  readonly ruleId: string;
  readonly deviceId: string;
  readonly severity: Severity;
}

/** notify `testChannel`: sends one message that says it is a test. */
export interface TestChannelCall {
  readonly channelId: string;
  readonly address: unknown;
  readonly language: Message["language"];
}
export interface TestChannelAnswer {
  readonly outcome: "accepted" | "unknown" | "retry" | "refused";
  /** The provider's own name for the message, or why it was not taken. */
  readonly detail: string;
}

/** notify `channels`: how each that is set up is doing, since notify's start; times in epoch ms. */
export interface ChannelAnswer {
  readonly channelId: string;
  readonly waiting: number;
  readonly oldestAt: number | null;
  readonly deliveredAt: number | null;
  readonly failingSince: number | null;
  readonly lastError: string | null;
  readonly dead: boolean;
}

/** notify `findings`: what is wrong with who is arranged to be told, before anybody has to be. */
export interface FindingAnswer {
  readonly code: string;
  /** Type and id: `rota/nights`. */
  readonly subject: string;
  readonly detail: string;
}

/** supervisor (in the `linli` command). */
export interface SupervisorDetails {
  readonly processes: Readonly<
    Record<string, { readonly pid: number | null; readonly since: number | null; readonly restarts: number }>
  >;
}
