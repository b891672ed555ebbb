import type { Delivery } from "./channel.ts";
import type { CodedAnswer } from "./coded-answer.ts";

export interface IssuedToken {
  readonly token: string;
  readonly expiresInMs: number;
}

/** Renewed so long before its end that a message on its way does not meet an expired one. */
const MARGIN_MS = 5 * 60_000;

/** A provider's access token: asked for once, shared by all messages, renewed in time. */
export class AccessToken {
  readonly #issue: () => Promise<IssuedToken | Delivery>;
  readonly #now: () => number;
  #held: { readonly token: string; readonly until: number } | undefined;
  #pending: Promise<string | Delivery> | undefined;

  constructor(issue: () => Promise<IssuedToken | Delivery>, now: () => number) {
    this.#issue = issue;
    this.#now = now;
  }

  /**
   * Sends with the token; when `isExpired` says that it was not accepted, once more with a new one. That nothing was sent
   * because there was no token is never `unknown`.
   */
  async use(
    send: (token: string) => Promise<CodedAnswer | Delivery>,
    isExpired: (code: string) => boolean,
  ): Promise<CodedAnswer | Delivery> {
    const token = await this.#get();
    if (typeof token !== "string") return token;
    const answer = withoutToken(await send(token), token);
    if ("outcome" in answer || !isExpired(String(answer.code))) return answer;
    if (this.#held?.token === token) this.#held = undefined;
    const renewed = await this.#get();
    return typeof renewed === "string" ? withoutToken(await send(renewed), renewed) : renewed;
  }

  async #get(): Promise<string | Delivery> {
    if (this.#held !== undefined && this.#now() < this.#held.until) return this.#held.token;
    this.#pending ??= this.#renew().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #renew(): Promise<string | Delivery> {
    const issued = await this.#issue();
    if ("token" in issued) {
      const lifeMs = Math.max(issued.expiresInMs - MARGIN_MS, issued.expiresInMs / 2);
      this.#held = { token: issued.token, until: this.#now() + lifeMs };
      return issued.token;
    }
    return issued.outcome === "unknown" ? { outcome: "retry", reason: `no access token: ${issued.reason}` } : issued;
  }
}

/** A provider may echo the token; unlike the configured secrets nobody else knows it. */
function withoutToken(answer: CodedAnswer | Delivery, token: string): CodedAnswer | Delivery {
  if (!("outcome" in answer)) return { ...answer, delivery: clean(answer.delivery, token) };
  return clean(answer, token);
}

function clean(delivery: Delivery, token: string): Delivery {
  return "reason" in delivery ? { ...delivery, reason: delivery.reason.replaceAll(token, "•••") } : delivery;
}
