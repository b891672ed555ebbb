import { type Clock, type ProcessStatus, selfDescription } from "@linli/runtime";

/** What the API tells of itself. */
export interface ApiDetails {
  /** Where it is reached, such as `http://127.0.0.1:8080`. */
  readonly address: string;
  readonly streams: number;
}

export function createOwnStatus(clock: Clock, details: () => ApiDetails): () => ProcessStatus<ApiDetails> {
  const since = clock.now();
  return () => ({
    ...selfDescription("api", since),
    ready: true,
    faults: [],
    details: details(),
  });
}
