import type { Logger } from "@linli/runtime";

const ANSWER_WITHIN_MS = 10_000;

/**
 * Tells a watcher outside that we are alive and well. It is the *absence* of this call that raises the alarm there, so a
 * failed call is only logged.
 */
export async function pingOutwards(url: string, log: Logger): Promise<void> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS), redirect: "error" });
    if (!answer.ok) log.warn({ status: answer.status }, "the dead man's switch did not take our sign of life");
  } catch (error) {
    log.warn({ err: error }, "the dead man's switch cannot be reached");
  }
}
