import { days, hours, minutes, seconds } from "@linli/model";
import type { Delivery } from "../channel.ts";
import type { Passing } from "../coded-answer.ts";
import { type Answer, deliveryForStatus, objectIn, retry } from "../exchange.ts";

const PASSING: ReadonlyMap<string, Passing> = new Map([
  ["LimitExceeded.PhoneNumberThirtySecondLimit", { afterMs: seconds(30) }],
  ["LimitExceeded.DeliveryFrequencyLimit", { afterMs: minutes(1) }],
  ["LimitExceeded.PhoneNumberOneHourLimit", { afterMs: hours(1) }],
  ["LimitExceeded.PhoneNumberDailyLimit", { afterMs: days(1) }],
  ["LimitExceeded.PhoneNumberSameContentDailyLimit", { afterMs: days(1) }],
  ["LimitExceeded.AppDailyLimit", { afterMs: hours(1) }],
  ["LimitExceeded.DailyLimit", { afterMs: hours(1) }],
]);

import { foreignText } from "../foreign-text.ts";

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/** The `Response` of Tencent Cloud's API 3.0, or what its error means. */
export function tencentResponse(answer: Answer, now: number): Fields | Delivery {
  const response = objectIn(answer)?.["Response"];
  if (!isFields(response)) {
    const delivery = deliveryForStatus(answer, now);
    return delivery.outcome === "accepted"
      ? { outcome: "unknown", reason: `HTTP ${answer.status} with an answer that is none of theirs` }
      : delivery;
  }
  const error = response["Error"];
  return isFields(error)
    ? deliveryForTencent(foreignText(error["Code"]) ?? "", foreignText(error["Message"]) ?? "")
    : response;
}

/** What a code other than Ok means, of the whole call or of one number. */
export function deliveryForTencent(code: string, said: string): Delivery {
  const reason = said === "" ? code : `${code}: ${said}`;
  const passing = PASSING.get(code);
  if (passing !== undefined) return retry(reason, passing.afterMs);
  if (code.startsWith("RequestLimitExceeded")) return retry(reason, seconds(1));
  if (code.startsWith("InternalError")) return retry(reason);
  return { outcome: "refused", reason };
}

export function isResponse(response: Fields | Delivery): response is Fields {
  return !("outcome" in response);
}
