import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { LinliError } from "@linli/model";
import { InfluxDB, type IPoolOptions } from "influx";
import { messageOf, retryAfterMs } from "../influx/answer.ts";
import { databaseOf, type InfluxOptions } from "../influx/options.ts";
import { versionOf } from "../influx/preparation.ts";
import { queryFailure, statementsOf } from "../influx/query-answer.ts";
import type { InfluxServer, Level, Precision, QueriedStatement, WriteAnswer } from "../influx/server.ts";
import { Poster } from "./post.ts";

/** The package would take a server that failed once out of use; when to try again is the caller's decision. */
const NO_BACKOFF: NonNullable<IPoolOptions["backoff"]> = {
  getDelay: () => 0,
  next: () => NO_BACKOFF,
  reset: () => NO_BACKOFF,
};

function withPort(url: URL): number {
  return Number(url.port) || (url.protocol === "https:" ? 443 : 80);
}

/** InfluxDB 1.x: the package `influx` asks and administers, writes go by `Poster`. */
export class Influx1Server implements InfluxServer {
  readonly #options: InfluxOptions;
  readonly #poster: Poster;
  readonly #agent: HttpAgent;
  readonly #influx: InfluxDB;

  constructor(options: InfluxOptions) {
    const { url, user, password = "", timeoutMs, connections } = options;
    this.#options = options;
    const basic = Buffer.from(`${user}:${password}`).toString("base64");
    const headers = { "content-type": "text/plain; charset=utf-8", ...(user && { authorization: `Basic ${basic}` }) };
    this.#poster = new Poster(url, { headers, timeoutMs, sockets: connections });
    const { protocol, hostname: host, pathname: path } = new URL(url);
    this.#agent = protocol === "https:" ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
    this.#influx = new InfluxDB({
      hosts: [
        {
          host,
          port: withPort(new URL(url)),
          protocol: protocol === "https:" ? "https" : "http",
          path: path.replace(/\/$/, ""),
          options: { agent: this.#agent },
        },
      ],
      ...(user && { username: user, password }),
      pool: { maxRetries: 0, requestTimeout: timeoutMs, backoff: NO_BACKOFF },
    });
  }

  async write(level: Level, lines: string, precision: Precision = "ms"): Promise<WriteAnswer> {
    const path = `/write?db=${encodeURIComponent(databaseOf(this.#options, level))}&precision=${precision}`;
    const { status, headers, body } = await this.#poster.post(path, lines, this.#options.gzip);
    const wait = retryAfterMs(headers["retry-after"], Date.now());
    const header = headers["x-influxdb-error"];
    const message = messageOf(body === "" && typeof header === "string" ? header : body);
    return { status, message, ...(wait !== undefined && { retryAfterMs: wait }) };
  }

  query(level: Level, statements: string): Promise<readonly QueriedStatement[]> {
    return this.ask(statements, databaseOf(this.#options, level));
  }

  /** A query that names its database itself, or needs none. */
  async ask(statements: string, database = this.#options.database): Promise<readonly QueriedStatement[]> {
    const signal = AbortSignal.timeout(this.#options.timeoutMs);
    // an answer that breaks off in the middle never ends for the package
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error(`no answer within ${this.#options.timeoutMs} ms`)));
    });
    const options = { method: "POST", precision: "ms", signal, database } as const;
    const body = await Promise.race([this.#influx.queryRaw(statements, options), late]).catch((error: unknown) => {
      throw this.#failure(error);
    });
    return statementsOf(body);
  }

  /** As the server says itself; `undefined` when it says none. */
  async version(): Promise<string | undefined> {
    const [host] = await this.#influx.ping(this.#options.timeoutMs);
    if (!host?.online) throw this.#failure(new Error("does not answer /ping"));
    return versionOf(host.version);
  }

  async close(): Promise<void> {
    this.#poster.close();
    this.#agent.destroy();
  }

  #failure(error: unknown): LinliError {
    const said = error instanceof Error ? error.message : String(error);
    // the package keeps nothing of an answer that it could not parse but the beginning
    if (error instanceof SyntaxError && /json: erro/.test(said)) {
      return new LinliError("invalid", "InfluxDB has a number in its answer that JSON has no form for", {
        cause: error,
      });
    }
    const refused = /^A (\d+) .*? error occurred: ([\s\S]*)$/.exec(said);
    const status = Number(refused?.[1]);
    if (refused && status !== 429) return queryFailure(messageOf(refused[2] ?? ""), status);
    const { origin } = new URL(this.#options.url);
    return new LinliError("unavailable", `InfluxDB at ${origin}: ${said || "no answer"}`, { cause: error });
  }
}
