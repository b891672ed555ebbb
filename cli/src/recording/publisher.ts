import { LinliError } from "@linli/model";
import { connectAsync } from "mqtt";

export interface PublisherOptions {
  readonly broker: string;
  readonly deviceId: string;
  readonly token: string;
  /** Most messages sent and not yet acknowledged. */
  readonly inFlight: number;
}

/** Sends one device's messages at QoS 1 and counts what was acknowledged. */
export interface Publisher {
  /** Resolves when there is room for the next one; rejects once a message could not be sent. */
  publish(topic: string, payload: string): Promise<void>;
  readonly acknowledged: number;
  /** Resolves when everything sent was acknowledged. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** Fails with `unauthenticated` or `unavailable` when the broker does not let the device in. */
export async function connectPublisher(options: PublisherOptions): Promise<Publisher> {
  const { broker, deviceId, token, inFlight } = options;
  const client = await connectAsync(broker, {
    username: deviceId,
    password: token,
    clientId: "replay",
    protocolVersion: 4,
    reconnectPeriod: 0,
  }).catch((cause: unknown) => {
    const refused = /not authorized|bad user ?name/i.test(String(cause));
    const message = refused ? `${broker} refuses device ${deviceId} with this token` : `${broker} cannot be reached`;
    throw new LinliError(refused ? "unauthenticated" : "unavailable", message, { cause });
  });
  let pending = 0;
  let acknowledged = 0;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;
  const settle = (error: Error | undefined) => {
    failure ??= error;
    wake?.();
  };
  client.on("close", () => settle(new LinliError("unavailable", "the broker closed the connection")));
  client.on("error", settle);

  async function waitUntil(few: () => boolean): Promise<void> {
    while (!few()) {
      if (failure) throw failure;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (failure) throw failure;
  }
  return {
    get acknowledged() {
      return acknowledged;
    },
    async publish(topic, payload) {
      await waitUntil(() => pending < inFlight);
      pending++;
      client.publish(topic, payload, { qos: 1 }, (error) => {
        pending--;
        if (!error) acknowledged++;
        settle(error ?? undefined);
      });
    },
    drain: () => waitUntil(() => pending === 0),
    async close() {
      client.removeAllListeners("close");
      await client.endAsync(failure !== undefined);
    },
  };
}
