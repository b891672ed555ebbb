import { formatTopic, LinliError, ROUTES } from "@linli/model";
import type { FastifyInstance } from "fastify";
import type { Parts } from "../../parts.ts";
import { type Call, serve } from "../../serve.ts";
import { splitEvents } from "./split-events.ts";

type PushRoute = typeof ROUTES.pushTelemetry | typeof ROUTES.pushEvents;

/** A sender over HTTP learns at once that it does not speak JSON; all else is judged as it is over MQTT. */
function jsonBody(body: unknown): Buffer {
  if (!Buffer.isBuffer(body) || body.length === 0) throw new LinliError("invalid", "the body is empty");
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    throw new LinliError("invalid", `the body is not JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  return body;
}

/** Hands messages to the broker, the journal's only writer; resolves when they are on disk. */
async function push(parts: Parts, { device, who }: Call<PushRoute>, type: "telemetry" | "event", payloads: Buffer[]) {
  if (device.retiredAt !== null) throw new LinliError("conflict", `${device.id} is retired`);
  // a gateway speaks for its device under its own name, whoever else speaks does so as the device
  const principal = who.type === "device" ? who.id : device.id;
  const topic = formatTopic({ type, deviceId: device.id });
  await parts.neighbours.append({
    messages: payloads.map((payload) => ({ principal, topic, payloadBase64: payload.toString("base64") })),
  });
  return { accepted: payloads.length };
}

/** Registered in a scope of its own: here JSON is taken as bytes, since the journal keeps what was really sent. */
export function registerPushIn(server: FastifyInstance, parts: Parts): void {
  server.removeContentTypeParser("application/json");
  server.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  serve(server, parts, ROUTES.pushTelemetry, async (call) =>
    push(parts, call, "telemetry", [jsonBody(call.request.body)]),
  );

  serve(server, parts, ROUTES.pushEvents, async (call) =>
    push(parts, call, "event", splitEvents(jsonBody(call.request.body))),
  );
}
