import type { Arrangement, Arrangements, ArrangementType } from "@linli/model";
import type { Author } from "./author.ts";

/** How one arrangement stood at a version; null = it was removed. */
export interface ArrangementVersion<T extends ArrangementType = ArrangementType> {
  readonly version: number;
  readonly value: Arrangement<T> | null;
  readonly changedAt: number;
  readonly changedBy: string;
}

/** Teams, rotas, escalations, routes, contacts, channels, silences, maintenance. Each change is told under `arrangement`. */
export interface ArrangementStore {
  all(): Promise<Arrangements>;
  get<T extends ArrangementType>(
    type: T,
    id: string,
  ): Promise<(ArrangementVersion<T> & { value: Arrangement<T> }) | undefined>;
  /** Newest first. */
  versions<T extends ArrangementType>(type: T, id: string): Promise<readonly ArrangementVersion<T>[]>;
  /** `conflict` unless `after` is the stored version (0 = there is none). Returns the new version. Secrets stay out of audit. */
  put<T extends ArrangementType>(type: T, value: Arrangement<T>, after: number, author: Author): Promise<number>;
  /** `not-found`. */
  remove(type: ArrangementType, id: string, author: Author): Promise<void>;
}
