import { DEVICE_KINDS, findPoint, type PointType } from "@linli/model";
import { declaredType, otherColumn, ownColumn } from "./columns.ts";
import { decodeName, encodeName, escapeName } from "./names.ts";

/** Names that no kind declares cost the server memory for good: more of them than this is a device that counts in its names. */
const MOST_UNDECLARED = 2_000;

/** The two columns of a point of a kind, ready for a line. */
export interface PointColumns {
  readonly point: string;
  readonly declared: PointType;
  /** As the server names them. */
  readonly own: string;
  readonly other: string;
  /** With the equals sign, escaped. */
  readonly ownKey: string;
  readonly otherKey: string;
  /** At a moment up to this one a companion may stand that this process does not know of. */
  companionsUpTo: number;
}

/** What the database has of a kind so far. */
export interface ColumnsThere {
  readonly names: ReadonlySet<string>;
  /** Until when somebody else may have written companions, by the name of the companion column. */
  readonly companionsUpTo: ReadonlyMap<string, number>;
}

/** The columns of one kind, each made once. */
export class ColumnsOfKind {
  readonly measurement: string;
  readonly #kind: string;
  readonly #there: ColumnsThere;
  readonly #columns = new Map<string, PointColumns>();
  /** In the database, or about to be. */
  #undeclared = 0;

  constructor(kind: string, there: ColumnsThere) {
    this.#kind = kind;
    this.measurement = encodeName(kind);
    this.#there = there;
    const declared = DEVICE_KINDS.get(kind);
    const points = new Set([...there.names].map((name) => decodeName(name.replace(/:.*$/s, ""))));
    for (const point of points) if (!declared || findPoint(declared, point) === undefined) this.#undeclared++;
  }

  /** `undefined` when it would be one undeclared point too many. */
  of(point: string): PointColumns | undefined {
    return this.#columns.get(point) ?? this.#add(point);
  }

  #add(point: string): PointColumns | undefined {
    const kind = DEVICE_KINDS.get(this.#kind);
    const own = ownColumn(point);
    const other = otherColumn(point);
    if (kind === undefined || findPoint(kind, point) === undefined) {
      const isThere = this.#there.names.has(own) || this.#there.names.has(other);
      if (!isThere && this.#undeclared >= MOST_UNDECLARED) return undefined;
      if (!isThere) this.#undeclared++;
    }
    const columns: PointColumns = {
      point,
      declared: declaredType(this.#kind, point),
      own,
      other,
      ownKey: `${escapeName(own)}=`,
      otherKey: `${escapeName(other)}=`,
      companionsUpTo: this.#there.companionsUpTo.get(other) ?? -1,
    };
    this.#columns.set(point, columns);
    return columns;
  }
}

/** Why a point has no column. */
export const TOO_MANY_COLUMNS = `more than ${MOST_UNDECLARED} point names that the kind does not declare`;
