/** What one check found: `ok`, something to look at, or something that will not work; with what to do about it. */
export interface Finding {
  readonly check: string;
  readonly verdict: "ok" | "warning" | "problem";
  readonly detail: string;
  readonly remedy?: string;
}

export const ok = (check: string, detail: string): Finding => ({ check, verdict: "ok", detail });
export const warning = (check: string, detail: string, remedy: string): Finding => ({
  check,
  verdict: "warning",
  detail,
  remedy,
});
export const problem = (check: string, detail: string, remedy: string): Finding => ({
  check,
  verdict: "problem",
  detail,
  remedy,
});
