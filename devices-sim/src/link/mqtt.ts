import { connect, type IClientOptions, type MqttClient } from "mqtt";
import type { Connection, ConnectionEvents, Login, Transport } from "./transport.ts";

const CONNECT_TIMEOUT = 10_000;
const KEEP_ALIVE_SECONDS = 60;
/** CONNACK codes that trying again does not change. */
const REFUSALS = new Map([
  [2, "client id refused"],
  [4, "wrong device id or token"],
  [5, "not authorised"],
]);
/** Filters in one SUBSCRIBE packet: a gateway has one per child. */
const SUBSCRIBE_CHUNK = 20;

function subscribe(client: MqttClient, topics: readonly string[]): void {
  for (let start = 0; start < topics.length; start += SUBSCRIBE_CHUNK) {
    // a refused filter costs the device its orders, not its telemetry
    client.subscribe(topics.slice(start, start + SUBSCRIBE_CHUNK), { qos: 1 }, () => {});
  }
}

function options(login: Login): IClientOptions {
  return {
    protocolVersion: 4,
    clientId: login.clientId ?? login.deviceId,
    username: login.deviceId,
    ...(login.token !== null && { password: login.token }),
    clean: true,
    keepalive: KEEP_ALIVE_SECONDS,
    connectTimeout: CONNECT_TIMEOUT,
    // reconnecting is the session's business: it knows about refusals and jitter
    reconnectPeriod: 0,
    resubscribe: false,
    will: { topic: login.will.topic, payload: Buffer.from(login.will.payload), qos: 1, retain: false },
  };
}

/** MQTT 3.1.1 by mqtt.js to one broker, such as `mqtt://127.0.0.1:1883`. */
export function mqttTransport(url: string): Transport {
  return (login: Login, events: ConnectionEvents): Connection => {
    const client = connect(url, options(login));
    let isOver = false;
    const over = () => {
      if (isOver) return;
      isOver = true;
      client.end(true);
      events.closed();
    };
    client.on("connect", () => {
      subscribe(client, login.subscriptions);
      events.online();
    });
    client.on("message", (topic, payload) => events.message(topic, payload));
    client.on("error", (error) => {
      const reason = REFUSALS.get((error as { code?: number }).code ?? -1);
      if (reason !== undefined) events.refused(reason);
      over();
    });
    client.on("close", over);
    return {
      publish: (topic, payload, done) => client.publish(topic, payload, { qos: 1 }, (error) => done(!error)),
      async close(clean) {
        if (clean && !isOver) await client.endAsync();
        over();
      },
    };
  };
}
