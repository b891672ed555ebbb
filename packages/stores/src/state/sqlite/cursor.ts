import { LinliError } from "@linli/model";
import { type SelectQueryBuilder, sql } from "kysely";
import { COUNTED_TO, type Page } from "../page.ts";
import type { Connection } from "./connection.ts";
import type { Tables } from "./tables.ts";

type Key = readonly (string | number)[];

function decode(after: string): Key {
  try {
    const key: unknown = JSON.parse(Buffer.from(after, "base64url").toString());
    if (Array.isArray(key) && key.every((part) => typeof part === "string" || typeof part === "number")) return key;
  } catch {
    // told below
  }
  throw new LinliError("invalid", "not the `next` of a page", { problems: [{ field: "after", message: "unknown" }] });
}

function wrongShape(): never {
  throw new LinliError("invalid", "`after` is the `next` of another list", {
    problems: [{ field: "after", message: "of another list" }],
  });
}

/** The number a page continues from. */
export function afterNumber(after: string): number {
  const [key] = decode(after);
  return typeof key === "number" ? key : wrongShape();
}

/** The text a page continues from. */
export function afterText(after: string): string {
  const [key] = decode(after);
  return typeof key === "string" ? key : wrongShape();
}

/** The moment and the id a page continues from. */
export function afterMoment(after: string): { at: number; id: string } {
  const [at, id] = decode(after);
  return typeof at === "number" && typeof id === "string" ? { at, id } : wrongShape();
}

/** The numbers a page continues from. */
export function afterPlace(after: string, numbers: number): number[] {
  const key = decode(after).filter((part) => typeof part === "number");
  return key.length === numbers ? key : wrongShape();
}

/** How many there are, counted to `COUNTED_TO` and no further. */
export function countedTo<From extends keyof Tables, Row>(
  connection: Connection,
  chosen: SelectQueryBuilder<Tables, From, Row>,
): number {
  const some = chosen.limit(COUNTED_TO).as("some");
  const count = connection.query.selectFrom(some).select(sql<number>`count(*)`.as("count"));
  return connection.first(count)?.count ?? 0;
}

/** One page of rows that were asked for with one row more than the limit: that row tells whether there is a next page. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  total: number,
  shape: { limit: number; key: (row: Row) => Key; item: (row: Row) => Item },
): Page<Item> {
  const shown = rows.slice(0, shape.limit);
  const last = shown.at(-1);
  const next =
    last !== undefined && rows.length > shape.limit
      ? Buffer.from(JSON.stringify(shape.key(last))).toString("base64url")
      : null;
  return { items: shown.map(shape.item), next, total };
}
