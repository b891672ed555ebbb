import { parentPort, workerData } from "node:worker_threads";
import { type ErrorCode, isLinliError } from "@linli/model";
import type { AggregateQuery, RangeQuery } from "../port.ts";
import { SeriesQueries } from "./queries.ts";

/** What the reader asks of its worker. */
export type ReaderCall =
  | { readonly method: "range"; readonly query: RangeQuery }
  | { readonly method: "aggregate"; readonly query: AggregateQuery }
  | { readonly method: "last"; readonly query: string }
  | { readonly method: "points"; readonly query: string }
  | { readonly method: "devices"; readonly query?: undefined };

export type ReaderAnswer = { readonly result: unknown } | { readonly code: ErrorCode; readonly message: string };

function answer(queries: SeriesQueries, call: ReaderCall): unknown {
  switch (call.method) {
    case "range":
      return queries.range(call.query);
    case "aggregate":
      return queries.aggregate(call.query);
    case "last":
      return queries.last(call.query);
    case "points":
      return queries.points(call.query);
    case "devices":
      return queries.devices();
  }
}

function codeOf(error: unknown): ErrorCode {
  if (isLinliError(error)) return error.code;
  return (error as { code?: unknown }).code === "ERR_SQLITE_ERROR" ? "unavailable" : "internal";
}

const port = parentPort;
if (port !== null) {
  const queries = new SeriesQueries((workerData as { dir: string }).dir);
  port.on("message", (call: ReaderCall) => {
    let reply: ReaderAnswer;
    try {
      reply = { result: answer(queries, call) };
    } catch (error) {
      // a damaged file may have been replaced: the next question opens anew
      queries.close();
      reply = { code: codeOf(error), message: error instanceof Error ? error.message : String(error) };
    }
    port.postMessage(reply);
  });
}
