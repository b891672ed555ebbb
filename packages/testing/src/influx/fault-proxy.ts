import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** What is done to a request instead of passing it on as it is. */
export type Disturbance =
  /** No connection comes about: each is reset as soon as it is made, and so are those that are open. */
  | { readonly kind: "down" }
  /** Answered with 413 when the body is larger, passed on otherwise. */
  | { readonly kind: "limit"; readonly mostBytes: number }
  /** Passed on, but only after so long. */
  | { readonly kind: "slow"; readonly delayMs: number }
  /** Answered in the server's place, which never sees it. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** The connection is reset in the middle of the request; the server never sees it. */
  | { readonly kind: "reset" }
  /** The server carries it out, and the connection is reset in place of its answer. */
  | { readonly kind: "lost-answer" }
  /** Read to its end and never answered, until the proxy is cleared: then the connection is reset. */
  | { readonly kind: "stall" };

export interface RequestHead {
  readonly method: string;
  /** Without the query, such as `/write`. */
  readonly path: string;
  /** The query, such as `?db=linli`. */
  readonly search: string;
}

export interface DisturbanceLimits {
  /** So many requests, then everything is passed on again; for good otherwise. */
  readonly times?: number;
  /** Which requests; all otherwise. */
  readonly only?: (request: RequestHead) => boolean;
}

/** One request as the proxy saw it. */
export interface ProxiedRequest extends RequestHead {
  /** `performance.now()` at its arrival. */
  readonly at: number;
  readonly disturbed: Disturbance["kind"] | undefined;
  /** What the client was answered; absent while it is not, or when it was reset. */
  status?: number;
}

export interface FaultProxy {
  readonly url: string;
  /** The last of them, oldest first; at most 10,000. */
  readonly requests: readonly ProxiedRequest[];
  /** Replaces what was done so far. */
  disturb(disturbance: Disturbance, limits?: DisturbanceLimits): void;
  /** Everything is passed on again. */
  clear(): void;
  close(): Promise<void>;
}

const REQUESTS_KEPT = 10_000;

/** Writes on any generation. */
export const isWrite = ({ method, path }: Pick<RequestHead, "method" | "path">) =>
  method === "POST" && /^(\/api\/v[23])?\/write(_lp)?$/.test(path);

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

interface Passage {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly seen: ProxiedRequest;
}

/** An HTTP server in front of another one that does to requests what it is told. Loopback only. */
export async function startFaultProxy(upstreamUrl: string): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set<Socket>();
  const requests: ProxiedRequest[] = [];
  let plan: ({ disturbance: Disturbance } & DisturbanceLimits) | undefined;
  let left = Number.POSITIVE_INFINITY;

  const take = (head: RequestHead): Disturbance | undefined => {
    if (!plan || left <= 0 || (plan.only && !plan.only(head))) return undefined;
    left--;
    return plan.disturbance;
  };

  const pass = ({ incoming, outgoing, seen }: Passage, how: { isAnswerLost?: true; body?: Buffer } = {}) => {
    const target = new URL(incoming.url ?? "/", upstreamUrl);
    const headers = { ...incoming.headers, host: target.host };
    const upstream = request(target, { method: incoming.method, headers, agent }, (answer) => {
      if (how.isAnswerLost) {
        answer.resume();
        answer.once("end", () => incoming.socket.resetAndDestroy());
        return;
      }
      seen.status = answer.statusCode ?? 0;
      outgoing.writeHead(seen.status, answer.headers);
      answer.pipe(outgoing);
      answer.once("error", () => outgoing.destroy());
    });
    upstream.once("error", () => incoming.socket.resetAndDestroy());
    outgoing.once("close", () => {
      if (!outgoing.writableFinished) upstream.destroy();
    });
    if (how.body) upstream.end(how.body);
    else incoming.pipe(upstream);
  };

  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const method = incoming.method ?? "GET";
    const { pathname: path, search } = new URL(incoming.url ?? "/", upstreamUrl);
    const head = { method, path, search };
    const disturbance = take(head);
    const seen: ProxiedRequest = { ...head, at: performance.now(), disturbed: disturbance?.kind };
    requests.push(seen);
    if (requests.length > REQUESTS_KEPT) requests.shift();
    const passage = { incoming, outgoing, seen };
    switch (disturbance?.kind) {
      case undefined:
        return pass(passage);
      case "down":
        return incoming.socket.resetAndDestroy();
      case "limit":
        return void readAll(incoming).then(
          (body) => {
            if (body.length <= disturbance.mostBytes) return pass(passage, { body });
            seen.status = 413;
            return void outgoing.writeHead(413).end('{"error":"Request Entity Too Large"}');
          },
          () => outgoing.destroy(), // the client went away
        );
      case "slow":
        return void setTimeout(() => pass(passage), disturbance.delayMs);
      case "answer":
        incoming.resume();
        return void incoming.once("end", () => {
          seen.status = disturbance.status;
          outgoing.writeHead(disturbance.status, disturbance.headers).end(disturbance.body);
        });
      case "reset":
        return void incoming.once("readable", () => incoming.socket.resetAndDestroy());
      case "lost-answer":
        return pass(passage, { isAnswerLost: true });
      case "stall":
        return void incoming.resume();
    }
  };

  const server = createServer(handle);
  server.on("clientError", (_error, socket) => socket.destroy());
  server.on("connection", (socket) => {
    if (plan?.disturbance.kind === "down") return void socket.resetAndDestroy();
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    return undefined;
  });
  const resetAll = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    disturb(disturbance, limits = {}) {
      plan = { disturbance, ...limits };
      left = limits.times ?? Number.POSITIVE_INFINITY;
      if (disturbance.kind === "down") resetAll();
    },
    clear() {
      if (plan?.disturbance.kind === "stall") resetAll();
      plan = undefined;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      resetAll();
      agent.destroy();
      await closed;
    },
  };
}
