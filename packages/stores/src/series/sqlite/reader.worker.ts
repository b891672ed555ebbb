import { parentPort, workerData } from "node:worker_threads";
import { type ErrorCode, isLinliError } from "@linli/model";
import type { HistoryQuery, RollUpLevel } from "../history.ts";
import type { AggregateQuery, RangeQuery } from "../port.ts";
import { SeriesHistory } from "./history.ts";
import { SeriesQueries } from "./queries.ts";

/** What the reader asks of its worker. */
export type ReaderCall =
  | { readonly method: "range"; readonly query: RangeQuery }
  | { readonly method: "aggregate"; readonly query: AggregateQuery }
  | { readonly method: "last"; readonly query: string }
  | { readonly method: "points"; readonly query: string }
  | { readonly method: "devices"; readonly query?: undefined }
  | { readonly method: "keptSince"; readonly query?: undefined }
  | { readonly method: "readings"; readonly query: HistoryQuery }
  | { readonly method: "rollUps"; readonly query: HistoryQuery & { readonly level: RollUpLevel } };

export type ReaderAnswer = { readonly result: unknown } | { readonly code: ErrorCode; readonly message: string };

function answer(queries: SeriesQueries, history: SeriesHistory, call: ReaderCall): unknown {
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
    case "keptSince":
      return history.keptSince();
    case "readings":
      return history.readings(call.query);
    case "rollUps":
      return history.rollUps(call.query.level, call.query);
  }
}

function codeOf(error: unknown): ErrorCode {
  if (isLinliError(error)) return error.code;
  return (error as { code?: unknown }).code === "ERR_SQLITE_ERROR" ? "unavailable" : "internal";
}

const port = parentPort;
if (port !== null) {
  const { dir } = workerData as { dir: string };
  const queries = new SeriesQueries(dir);
  const history = new SeriesHistory(dir);
  port.on("message", (call: ReaderCall) => {
    let reply: ReaderAnswer;
    try {
      reply = { result: answer(queries, history, call) };
    } catch (error) {
      // a damaged file may have been replaced: the next question opens anew
      queries.close();
      history.close();
      reply = { code: codeOf(error), message: error instanceof Error ? error.message : String(error) };
    }
    port.postMessage(reply);
  });
}
