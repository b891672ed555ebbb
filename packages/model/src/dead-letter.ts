import { z } from "zod";

/** Why a payload, or one value of it, could not be used. Closed: each has a text in the translations. */
export const DEAD_LETTER_REASONS = [
  "not-utf8",
  "not-json",
  "too-deep",
  "too-large",
  "empty",
  "not-an-object", // JSON, but no form that the contract knows
  "bad-timestamp", // ts is not epoch milliseconds
  "future-timestamp", // more than 24 h ahead of reception
  "past-timestamp", // older than raw retention
  "unknown-device", // the credential's or the topic's device is not in the registry
  "unknown-topic",
  "bad-point-name",
  "too-many-points", // more undeclared points than the bound
  "not-a-number",
  "not-finite", // 1e400, NaN
  "not-an-integer", // beyond 2^53, or with a fraction
  "not-a-boolean",
  "not-a-member", // not one of the enum's values
  "not-text",
  "not-a-time",
  "null-value",
  "personal-data", // refused by schema; the bytes are NOT kept
  "bad-event",
  "bad-result", // an answer to a command that cannot be read
  "series-rejected", // the series store refused this point for good
] as const;
export const deadLetterReasonSchema = z.enum(DEAD_LETTER_REASONS).meta({ id: "DeadLetterReason" });
export type DeadLetterReason = z.infer<typeof deadLetterReasonSchema>;
