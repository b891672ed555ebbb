import { isLinliError } from "@linli/model";
import type { ChannelDeps, Delivery } from "./channel.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Asked {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/** Asks another server once. What went wrong on the way there or back is already a `Delivery`. */
export async function exchange(deps: ChannelDeps, asked: Asked, signal: AbortSignal): Promise<Answer | Delivery> {
  try {
    const response = await deps.fetch(asked.url, {
      method: asked.method ?? "POST",
      headers: { "user-agent": "Linli", ...asked.headers },
      ...(asked.body === undefined ? {} : { body: asked.body }),
      redirect: "manual",
      signal,
      timeoutMs: asked.timeoutMs ?? TIMEOUT_MS,
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    const reason = (error as Error).message;
    if (isLinliError(error, "forbidden")) return { outcome: "refused", reason };
    if (isLinliError(error, "unavailable")) return { outcome: "retry", reason };
    return { outcome: "unknown", reason };
  }
}

/** JSON to another server; otherwise as `exchange`. */
export function exchangeJson(
  deps: ChannelDeps,
  asked: Omit<Asked, "body"> & { readonly body: unknown },
  signal: AbortSignal,
): Promise<Answer | Delivery> {
  const headers = { "content-type": "application/json; charset=utf-8", ...asked.headers };
  return exchange(deps, { ...asked, headers, body: JSON.stringify(asked.body) }, signal);
}

export function isDelivery(answer: Answer | Delivery): answer is Delivery {
  return "outcome" in answer;
}

/** The answer's JSON object, or `undefined` when it is none. */
export function objectIn(answer: Answer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(answer.text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** What an HTTP status alone says. 2xx counts as accepted: ask the body first where the provider answers in it. */
export function deliveryForStatus(answer: Answer, now: number): Delivery {
  const { status } = answer;
  if (status >= 200 && status < 300) return { outcome: "accepted" };
  const reason = `HTTP ${status}${excerpt(answer.text)}`;
  if (status >= 300 && status < 400) {
    return { outcome: "refused", reason: `HTTP ${status}: redirects are not followed, give the final address` };
  }
  // The request got as far as somebody who waits for somebody else: it may have been taken.
  if (status === 504) return { outcome: "unknown", reason };
  if (status >= 500 || status === 408 || status === 425 || status === 429)
    return retry(reason, retryAfter(answer, now));
  return { outcome: "refused", reason };
}

export function retry(reason: string, retryAfterMs?: number): Delivery {
  return retryAfterMs === undefined ? { outcome: "retry", reason } : { outcome: "retry", reason, retryAfterMs };
}

const LONGEST_WAIT_MS = 24 * 3_600_000;

/** Retry-After in ms (RFC 9110 §10.2.3: seconds, or a date), at most a day. */
export function retryAfter(answer: Answer, now: number): number | undefined {
  const text = answer.headers.get("retry-after")?.trim();
  if (!text) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_WAIT_MS);
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line === "" || line.startsWith("<")) return "";
  return `: ${line.slice(0, 200)}`;
}
