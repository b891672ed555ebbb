/** One thing that changed in the store, for the other processes and for live streams. */
export interface Change {
  readonly seq: number;
  readonly at: number;
  readonly topic:
    | "place"
    | "device"
    | "credential"
    | "person"
    | "session"
    | "token"
    | "command"
    | "connection"
    | "rule"
    | "arrangement"
    | "alert"
    | "alert-action"
    | "incident"
    | "event"
    | "dead-letter"
    | "platform";
  readonly id: string;
  readonly data: unknown;
}

/** Written in the transaction of each change; kept an hour. Polled every 200 ms. */
export interface ChangesStore {
  latest(): Promise<number>;
  /** Oldest first. `reset` when `after` is older than what is kept: reload instead. */
  since(after: number, limit: number): Promise<{ readonly changes: readonly Change[]; readonly reset: boolean }>;
  /** A change that belongs to no other unit of work, such as a platform fault. */
  announce(topic: Change["topic"], id: string, data: unknown, at: number): Promise<void>;
  /** Forgets what is older. */
  trim(before: number): Promise<void>;
}
