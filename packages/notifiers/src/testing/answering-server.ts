import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type Answering = (request: Received) => Reply;

/** A provider on this machine: answers as told and remembers what it was sent. Bodies that are no text go out as JSON. */
export class AnsweringServer {
  readonly url: string;
  readonly received: Received[] = [];
  answering: Answering = () => ({});
  readonly #stop: () => Promise<void>;

  private constructor(url: string, stop: () => Promise<void>) {
    this.url = url;
    this.#stop = stop;
  }

  static async start(): Promise<AnsweringServer> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const url = new URL(request.url ?? "/", "http://provider");
        const received = {
          method: request.method ?? "",
          path: url.pathname,
          query: url.searchParams,
          headers: request.headers,
          text: Buffer.concat(chunks).toString("utf8"),
        };
        answering.received.push(received);
        const { status = 200, headers = {}, body = "" } = answering.answering(received);
        response.writeHead(status, headers);
        response.end(typeof body === "string" ? body : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const answering = new AnsweringServer(`http://127.0.0.1:${port}`, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return answering;
  }

  /** The last request, its body read as JSON. */
  get last(): Received & { readonly json: unknown } {
    const last = this.received.at(-1);
    if (last === undefined) throw new Error("nothing was received");
    return { ...last, json: last.text === "" ? undefined : (JSON.parse(last.text) as unknown) };
  }

  stop(): Promise<void> {
    return this.#stop();
  }
}
