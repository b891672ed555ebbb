import type { ConnectionEvents, Login, Transport } from "../link/transport.ts";

interface Published {
  readonly deviceId: string;
  readonly topic: string;
  readonly body: unknown;
}

interface FakeConnection {
  readonly login: Login;
  readonly events: ConnectionEvents;
  readonly unanswered: ((ok: boolean) => void)[];
  isOpen: boolean;
}

/** A broker that a test plays: it accepts at once and acknowledges at once, unless told otherwise. */
export interface FakeTransport {
  readonly transport: Transport;
  readonly published: Published[];
  readonly connections: FakeConnection[];
  accepts: boolean;
  acknowledges: boolean;
  /** The line breaks. */
  drop(connection: FakeConnection): void;
}

export function createFakeTransport(): FakeTransport {
  const fake: FakeTransport = {
    published: [],
    connections: [],
    accepts: true,
    acknowledges: true,
    drop(connection) {
      if (!connection.isOpen) return;
      connection.isOpen = false;
      connection.events.closed();
    },
    transport(login, events) {
      const connection: FakeConnection = { login, events, unanswered: [], isOpen: true };
      fake.connections.push(connection);
      if (fake.accepts) queueMicrotask(() => events.online());
      return {
        publish(topic, payload, done) {
          fake.published.push({ deviceId: login.deviceId, topic, body: JSON.parse(payload) });
          if (fake.acknowledges) done(true);
          else connection.unanswered.push(done);
        },
        close: async () => fake.drop(connection),
      };
    },
  };
  return fake;
}

/** Lets what was queued with `queueMicrotask` happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}
