import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { LinliError } from "@linli/model";

const compress = promisify(gzip);
/** Below this a compressed body saves nothing worth its time. */
const LEAST_COMPRESSED = 1_024;

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/**
 * POSTs bodies to one server over connections that stay open. The package `influx` shows neither the headers of an answer
 * nor the words of a 5xx, and cannot compress; for writes each of these matters.
 */
export class Poster {
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;
  readonly #isHttps: boolean;
  readonly #agent: HttpAgent;

  constructor(url: string, options: { headers: Readonly<Record<string, string>>; timeoutMs: number; sockets: number }) {
    this.#url = new URL(url);
    this.#headers = options.headers;
    this.#timeoutMs = options.timeoutMs;
    this.#isHttps = this.#url.protocol === "https:";
    const agent = { keepAlive: true, maxSockets: options.sockets };
    this.#agent = this.#isHttps ? new HttpsAgent(agent) : new HttpAgent(agent);
  }

  /** Resolves with the whole answer; rejects with `unavailable` when there is none. */
  async post(path: string, text: string, isCompressed: boolean): Promise<HttpAnswer> {
    const plain = Buffer.from(text);
    const zipped = isCompressed && plain.length >= LEAST_COMPRESSED;
    // lines repeat themselves: the fastest level finds nearly all of it
    const body = zipped ? await compress(plain, { level: constants.Z_BEST_SPEED }) : plain;
    const headers = { ...this.#headers, ...(zipped && { "content-encoding": "gzip" }), "content-length": body.length };
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const options = { method: "POST", path: this.#path(path), headers, agent: this.#agent, signal };
    return new Promise((resolve, reject) => {
      const fail = (error: Error) =>
        reject(
          signal.aborted
            ? this.#failure(`no answer within ${this.#timeoutMs} ms`, error)
            : this.#failure(error.message, error),
        );
      const request: ClientRequest = (this.#isHttps ? httpsRequest : httpRequest)(this.#url, options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.once("error", fail);
        answer.once("end", () => {
          const { statusCode: status = 0, headers: answered } = answer;
          resolve({ status, headers: answered, body: Buffer.concat(chunks).toString() });
        });
      });
      request.once("error", fail);
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #path(path: string): string {
    return this.#url.pathname.replace(/\/$/, "") + path;
  }

  #failure(message: string, cause: unknown): LinliError {
    return new LinliError("unavailable", `InfluxDB at ${this.#url.origin}: ${message || "no answer"}`, { cause });
  }
}
