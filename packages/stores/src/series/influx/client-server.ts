import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { type Headers, HttpError, InfluxDB } from "@influxdata/influxdb-client";
import { LinliError } from "@linli/model";
import { messageOf, retryAfterMs } from "./answer.ts";
import { databaseOf, type InfluxOptions } from "./options.ts";
import { versionOf } from "./preparation.ts";
import { parsedAnswer, queryFailure, statementsOf } from "./query-answer.ts";
import type { InfluxServer, Level, Precision, QueriedStatement, WriteAnswer } from "./server.ts";
import { adviceFor } from "./verdict.ts";

/** Below this a compressed body saves nothing worth its time. */
const LEAST_COMPRESSED = 1_024;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly contentType: string;
  readonly gzip: boolean;
}

/**
 * A server that `@influxdata/influxdb-client` speaks to: InfluxDB 2 and 3. Its transport is used as it is: one request, one
 * answer. Its write buffer would retry, drop and log by rules of its own.
 */
export class ClientServer implements InfluxServer {
  readonly #options: InfluxOptions;
  readonly #client: InfluxDB;
  readonly #agent: HttpAgent;

  constructor(options: InfluxOptions) {
    this.#options = options;
    const { url, token, timeoutMs: timeout, connections } = options;
    const isHttps = new URL(url).protocol === "https:";
    // writes have their own; a slow question must not wait for them
    const agent = { keepAlive: true, maxSockets: 2 * connections + 2 };
    this.#agent = isHttps ? new HttpsAgent(agent) : new HttpAgent(agent);
    this.#client = new InfluxDB({ url, timeout, ...(token && { token }), transportOptions: { agent: this.#agent } });
  }

  async write(level: Level, lines: string, precision: Precision = "ms"): Promise<WriteAnswer> {
    const bucket = encodeURIComponent(databaseOf(this.#options, level));
    const place = `org=${encodeURIComponent(this.#options.org ?? "")}&bucket=${bucket}`;
    const path = `/api/v2/write?${place}&precision=${precision}`;
    const contentType = "text/plain; charset=utf-8";
    try {
      const { status, body } = await this.#send({
        method: "POST",
        path,
        body: lines,
        contentType,
        gzip: this.#options.gzip,
      });
      return { status, message: messageOf(body) };
    } catch (error) {
      if (!(error instanceof HttpError)) throw this.#failure(error);
      const header = error.headers?.["retry-after"];
      const wait = retryAfterMs(typeof header === "string" ? header : undefined, Date.now());
      const message = messageOf(error.body ?? "");
      return { status: error.statusCode, message, ...(wait !== undefined && { retryAfterMs: wait }) };
    }
  }

  async query(level: Level, statements: string): Promise<readonly QueriedStatement[]> {
    const form = new URLSearchParams({ db: databaseOf(this.#options, level), epoch: "ms", q: statements });
    const contentType = "application/x-www-form-urlencoded";
    const sent = { method: "POST", path: "/query", body: form.toString(), contentType, gzip: false };
    const body = await this.#send(sent).then(
      (answer) => parsedAnswer(answer.body),
      (error: unknown) => {
        throw this.#queryFailure(error);
      },
    );
    return statementsOf(body);
  }

  /** A call of the server's own API; `undefined` when the thing is not there. */
  async call(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<unknown> {
    const text = body === undefined ? "" : JSON.stringify(body);
    try {
      const answer = await this.#send({ method, path, body: text, contentType: "application/json", gzip: false });
      return answer.body === "" ? {} : parsedAnswer(answer.body);
    } catch (error) {
      if (error instanceof HttpError && error.statusCode === 404) return undefined;
      throw this.#failure(error);
    }
  }

  /** As the server says itself; `undefined` when it says none. */
  async version(): Promise<string | undefined> {
    const sent = { method: "GET", path: "/ping", body: "", contentType: "text/plain", gzip: false };
    const { headers, body } = await this.#send(sent).catch((error: unknown) => {
      throw this.#failure(error);
    });
    const header = headers["x-influxdb-version"];
    return versionOf(typeof header === "string" ? header : /"version"\s*:\s*"([^"]+)"/.exec(body)?.[1]);
  }

  async close(): Promise<void> {
    this.#agent.destroy();
  }

  #send({ method, path, body, contentType, gzip }: Sent): Promise<Answer> {
    const signal = AbortSignal.timeout(this.#options.timeoutMs);
    const headers = { "content-type": contentType };
    const options = { method, headers, signal, ...(gzip && { gzipThreshold: LEAST_COMPRESSED }) };
    return new Promise((resolve, reject) => {
      let status = 0;
      let headers: Answer["headers"] = {};
      const chunks: Uint8Array[] = [];
      this.#client.transport.send(path, body, options, {
        responseStarted: (received, code = 0) => {
          status = code;
          headers = received;
        },
        next: (chunk) => void chunks.push(chunk),
        error: (error) =>
          reject(
            signal.aborted ? new Error(`no answer within ${this.#options.timeoutMs} ms`, { cause: error }) : error,
          ),
        complete: () => resolve({ status, headers, body: Buffer.concat(chunks).toString() }),
      });
    });
  }

  #queryFailure(error: unknown): LinliError {
    if (!(error instanceof HttpError) || error.statusCode >= 500 || error.statusCode === 429)
      return this.#failure(error);
    return queryFailure(messageOf(error.body ?? ""), error.statusCode);
  }

  #failure(error: unknown): LinliError {
    const { origin } = new URL(this.#options.url);
    const answered = error instanceof HttpError ? error : undefined;
    const advice = answered && adviceFor(answered.statusCode);
    const said = answered
      ? `${answered.statusCode} ${messageOf(answered.body ?? "")}${advice ? ` (${advice})` : ""}`
      : error instanceof Error
        ? error.message
        : String(error);
    return new LinliError("unavailable", `InfluxDB at ${origin}: ${said || "no answer"}`, { cause: error });
  }
}
