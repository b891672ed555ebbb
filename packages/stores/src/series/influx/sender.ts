import { LinliError } from "@linli/model";
import { BadColumns } from "./bad-columns.ts";
import { type Line, textOf, textOfAll } from "./line.ts";
import { halves, partition } from "./partition.ts";
import { probe } from "./probe.ts";
import { RequestSize } from "./request-size.ts";
import type { InfluxServer, WriteAnswer } from "./server.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** More of a server's words than a dead letter needs. */
const MOST_REASON = 300;

/** Called for each reading that is refused for good: its index in the batch. */
export type Reject = (index: number, reason: string) => void;

export interface SenderLimits {
  readonly batchLines: number;
}

/** An answer, or none, that came sooner was not a matter of how much there was to do. */
const QUICK_MS = 1_000;

type Unavailable = Extract<Verdict, { is: "unavailable" }>;
type BadLines = Extract<Verdict, { is: "bad-lines" }>;

/**
 * Sends lines until each reading of theirs is stored, or refused for good. A server that refuses one of a thousand does not
 * say for certain which, nor (1.x: when several shards are written to) whether the others are stored: what is not
 * answered with 204 is taken apart and sent again, which changes nothing where it is stored already.
 */
export class Sender {
  readonly #server: InfluxServer;
  readonly #limits: SenderLimits;
  readonly #size = new RequestSize();
  readonly #badColumns = new BadColumns();

  constructor(server: InfluxServer, limits: SenderLimits) {
    this.#server = server;
    this.#limits = limits;
  }

  /** Resolves when all is stored or rejected; rejects with `unavailable` when the same must be sent again. */
  async send(lines: readonly Line[], reject: Reject): Promise<void> {
    for (const group of this.#badColumns.apart(lines, performance.now())) {
      for (let from = 0; from < group.length; ) {
        const { end, text } = this.#request(group, from);
        await this.#settle(group.slice(from, end), text, reject);
        from = end;
      }
    }
  }

  /** As many of the lines, from that one on, as a request may hold; at least one. */
  #request(lines: readonly Line[], from: number): { readonly end: number; readonly text: string } {
    const last = Math.min(lines.length, from + this.#limits.batchLines);
    let text = `${textOf(lines[from] as Line)}\n`;
    let end = from + 1;
    for (; end < last && text.length < this.#size.most; end++) text += `${textOf(lines[end] as Line)}\n`;
    return { end, text };
  }

  /** Takes apart what is refused, the likely culprits last, down to single readings. */
  async #settle(lines: readonly Line[], text: string, reject: Reject): Promise<void> {
    const open: (readonly Line[])[] = [lines];
    let isBlamed = false;
    for (let group = open.pop(); group !== undefined; group = open.pop()) {
      const sent = group === lines ? text : textOfAll(group);
      const { answer, verdict } = await this.#ask(sent);
      if (verdict.is === "stored") continue;
      const isSingle = group.length === 1 && group[0]?.fields.length === 1;
      if (verdict.is === "too-large") {
        this.#size.tooLarge(sent.length);
        if (isSingle) await this.#probe(answer);
        if (isSingle) rejectAll(group, "too large for the server", reject);
        else open.push(...halves(group).toReversed());
        continue;
      }
      if (verdict.is === "refused") {
        // before it is laid to the lines: is there anything that the server takes?
        if (!isBlamed || isSingle) await this.#probe(answer);
        isBlamed = true;
        if (isSingle) rejectAll(group, reasonOf(answer), reject);
        else open.push(...halves(group).toReversed());
        continue;
      }
      if (isSingle || isWhollyDropped(group, verdict)) {
        // where the present is too old as well, it is a clock that is wrong
        if (verdict.blame.of === "age") await this.#probe(answer);
        rejectAll(group, reasonOf(answer), reject);
        continue;
      }
      const { blame, dropped } = verdict;
      if (blame.of === "column") this.#badColumns.note(blame.measurement, blame.field, performance.now());
      open.push(...partition(group, blame, dropped).toReversed());
    }
  }

  async #ask(text: string): Promise<{ readonly answer: WriteAnswer; readonly verdict: Exclude<Verdict, Unavailable> }> {
    const began = performance.now();
    let answer: WriteAnswer;
    try {
      answer = await this.#server.write("raw", text);
    } catch (error) {
      // a refused connection says nothing of the size; a long wait, or an end in the middle of it, may
      if (performance.now() - began > QUICK_MS) this.#size.tooSlow(text.length);
      throw error;
    }
    const verdict = verdictOf(answer);
    if (verdict.is === "unavailable") throw unavailable(answer, verdict.advice);
    if (verdict.is === "stored") this.#size.fine(text.length);
    return { answer, verdict };
  }

  async #probe(refused: WriteAnswer): Promise<void> {
    const answer = await probe(this.#server, "raw");
    if (verdictOf(answer).is !== "stored") throw unavailable(refused, "it takes nothing else either");
  }
}

function unavailable({ status, message, retryAfterMs }: WriteAnswer, advice: string): LinliError {
  const said = message === "" ? "" : `: ${shortened(message)}`;
  // gone: it has to be made anew first
  const code = status === 404 ? "not-found" : "unavailable";
  return new LinliError(code, `InfluxDB answers ${status}${said} (${advice})`, { retryAfterMs });
}

/** Every line counted as dropped, and nothing on any of them that could be stored without the rest. */
function isWhollyDropped(lines: readonly Line[], { blame, dropped }: BadLines): boolean {
  return dropped === lines.length && (blame.of !== "column" || lines.every(({ fields }) => fields.length === 1));
}

function rejectAll(lines: readonly Line[], reason: string, reject: Reject): void {
  for (const { fields } of lines) for (const { index } of fields) reject(index, reason);
}

function shortened(text: string): string {
  return text.length <= MOST_REASON ? text : `${text.slice(0, MOST_REASON)}…`;
}

function reasonOf({ status, message }: WriteAnswer): string {
  return shortened(message === "" ? `InfluxDB answers ${status}` : message);
}
