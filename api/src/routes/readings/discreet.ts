import { isLinliError, LinliError } from "@linli/model";
import type { Logger } from "@linli/runtime";
import type { SeriesReader } from "@linli/stores";

type Asked = Pick<SeriesReader, "range" | "aggregate" | "last" | "points">;

/** What whoever asks is told; the log has the server's address and words. */
const AWAY = "the readings cannot be reached just now; live values and alerts do not wait for them";

/** The reader, of whose absence nobody learns more than that: where the store stands is the operators' business. */
export function discreet(reader: Asked, log: Pick<Logger, "warn">): Asked {
  const quietly = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      if (!isLinliError(error, "unavailable")) throw error;
      log.warn({ err: error }, "the series store does not answer");
      const { retryAfterMs } = error;
      throw new LinliError("unavailable", AWAY, { cause: error, ...(retryAfterMs !== undefined && { retryAfterMs }) });
    }
  };
  return {
    range: (query) => quietly(reader.range(query)),
    aggregate: (query) => quietly(reader.aggregate(query)),
    last: (deviceId) => quietly(reader.last(deviceId)),
    points: (deviceId) => quietly(reader.points(deviceId)),
  };
}
