import { readFileSync, watch } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { LinliError, minutes, seconds } from "@linli/model";
import type { Logger, Settings } from "@linli/runtime";
import { createWebSocketStream, WebSocketServer } from "ws";

const BACKLOG = 4_096;
const HANDSHAKE_TIMEOUT_MS = seconds(5);

export interface Ports {
  mqtt: number;
  mqtts?: number;
  ws?: number;
}

type Accept = (conn: Duplex, address: string) => void;

interface Listener {
  readonly server: Server;
  close(): void;
}

export interface Listeners {
  readonly ports: Ports;
  /** Takes no new connections; the ones there are stay. */
  close(): void;
}

const addressOf = (socket: Pick<Socket, "remoteAddress">) =>
  (socket.remoteAddress ?? "unknown").replace(/^::ffff:/, "");

const SOCKET_OPTIONS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: minutes(1) };

function tcp(accept: Accept): Listener {
  const server = createTcpServer(SOCKET_OPTIONS, (socket) => accept(socket, addressOf(socket)));
  return { server, close: () => server.close() };
}

function readTls(cert: string, key: string): TlsOptions {
  try {
    return { cert: readFileSync(cert), key: readFileSync(key), minVersion: "TLSv1.2" };
  } catch (error) {
    const problems = [{ field: "LINLI_TLS_CERT, LINLI_TLS_KEY", message: (error as Error).message }];
    throw new LinliError("invalid", "MQTT over TLS: certificate or key cannot be read", { problems });
  }
}

/** A renewed certificate is taken up for new connections as soon as its files change. */
function tls(cert: string, key: string, accept: Accept, log: Logger): Listener {
  const options = { ...SOCKET_OPTIONS, ...readTls(cert, key), handshakeTimeout: HANDSHAKE_TIMEOUT_MS };
  const server = createTlsServer(options, (socket) => accept(socket, addressOf(socket)));
  server.on("tlsClientError", (error) => log.debug({ err: error }, "TLS handshake failed"));
  const reload = () => {
    try {
      server.setSecureContext(readTls(cert, key));
      log.info("certificate reloaded");
    } catch (error) {
      log.warn({ err: error }, "the changed certificate cannot be used: the one before stays");
    }
  };
  const watchers = [cert, key].map((file) => watch(file, { persistent: false }, reload).on("error", reload));
  return {
    server,
    close() {
      for (const watcher of watchers) watcher.close();
      server.close();
    },
  };
}

function webSocket(maxPacketBytes: number, accept: Accept): Listener {
  const server = createHttpServer((_request, response) => response.writeHead(426).end("MQTT over WebSocket only\n"));
  server.headersTimeout = HANDSHAKE_TIMEOUT_MS;
  server.requestTimeout = HANDSHAKE_TIMEOUT_MS;
  const sockets = new WebSocketServer({
    server,
    maxPayload: maxPacketBytes + (64 << 10),
    perMessageDeflate: false,
    handleProtocols: (offered) => ["mqtt", "mqttv3.1"].find((name) => offered.has(name)) ?? false,
  });
  sockets.on("connection", (socket, request) => accept(createWebSocketStream(socket), addressOf(request.socket)));
  // the http server's own errors are repeated here; `listen` handles them there
  sockets.on("error", () => {});
  return { server, close: () => server.close() };
}

function listen(server: Server, port: number, host: string, setting: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const remedy =
        error.code === "EADDRINUSE" ? "the port is in use; choose another, 0 = any free one" : error.message;
      const problems = [{ field: setting, value: port, message: remedy }];
      reject(new LinliError("conflict", `cannot listen on ${host}:${port}`, { problems }));
    });
    server.listen({ port, host, backlog: BACKLOG }, () => resolve((server.address() as AddressInfo).port));
  });
}

function wanted(settings: Settings, accept: Accept, log: Logger): [keyof Ports, string, number, Listener][] {
  const { LINLI_TLS_CERT: cert, LINLI_TLS_KEY: key, LINLI_MQTTS_PORT: tlsPort, LINLI_MQTT_WS_PORT: wsPort } = settings;
  const list: [keyof Ports, string, number, Listener][] = [
    ["mqtt", "LINLI_MQTT_PORT", settings.LINLI_MQTT_PORT, tcp(accept)],
  ];
  if (tlsPort !== undefined) {
    if (!cert || !key) {
      const problems = [
        { field: "LINLI_MQTTS_PORT", value: tlsPort, message: "needs LINLI_TLS_CERT and LINLI_TLS_KEY" },
      ];
      throw new LinliError("invalid", "settings cannot be used", { problems });
    }
    list.push(["mqtts", "LINLI_MQTTS_PORT", tlsPort, tls(cert, key, accept, log)]);
  }
  if (wsPort !== undefined) {
    list.push(["ws", "LINLI_MQTT_WS_PORT", wsPort, webSocket(settings.LINLI_MQTT_MAX_PACKET_BYTES, accept)]);
  }
  return list;
}

/** Opens every port that is set. Fails with `conflict` naming the setting of a port in use; then none stays open. */
export async function openListeners(settings: Settings, accept: Accept, log: Logger): Promise<Listeners> {
  const list = wanted(settings, accept, log);
  const ports: Ports = { mqtt: 0 };
  const close = () => {
    for (const [, , , listener] of list) listener.close();
  };
  try {
    for (const [name, setting, port, { server }] of list) {
      ports[name] = await listen(server, port, settings.LINLI_HOST, setting);
    }
  } catch (error) {
    close();
    throw error;
  }
  return { ports, close };
}
