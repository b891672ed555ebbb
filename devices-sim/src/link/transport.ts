/** Who logs in, and what is said when the line breaks. */
export interface Login {
  readonly deviceId: string;
  readonly token: string | null;
  /** Of the session; the device's id unless given. */
  readonly clientId?: string;
  readonly will: { readonly topic: string; readonly payload: string };
  readonly subscriptions: readonly string[];
}

export interface ConnectionEvents {
  online(): void;
  /** The line is gone, or was never there; called once per connection. */
  closed(): void;
  /** The broker knows us and said no; `closed` follows. */
  refused(reason: string): void;
  message(topic: string, payload: Uint8Array): void;
}

export interface Connection {
  /** `done(true)` = acknowledged; `done(false)` = not, and nobody knows whether it arrived. */
  publish(topic: string, payload: string, done: (ok: boolean) => void): void;
  /** Clean = with a goodbye; otherwise the line just breaks, and the broker publishes the will. */
  close(clean: boolean): Promise<void>;
}

/** Opens one MQTT session. Never throws: what goes wrong comes as `refused` and `closed`. */
export type Transport = (login: Login, events: ConnectionEvents) => Connection;
