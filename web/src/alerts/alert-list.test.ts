import type { Alert, AlertCare, AlertItem, LedgerEntry } from "@linli/model";
import { describe, expect, it } from "vitest";
import { deadlineOf } from "./deadline.ts";
import { readLedger } from "./ledger-lines.ts";
import { mayAt } from "./rights.ts";
import { holdSteady, letGo } from "./steady-list.ts";
import { readSteps } from "./steps-text.ts";
import { byUrgency } from "./urgency.ts";

const MINUTE = 60_000;

function item(id: string, alert: Partial<Alert> = {}, care: Partial<AlertCare> | null = null): AlertItem {
  const targets = { acknowledge: 3 * MINUTE, arrive: 30 * MINUTE, fix: null };
  const usual = { id, severity: "high", active: true, lifeSafety: false, openedAt: 0, ...alert };
  return { alert: usual, care, targets, rule: null, device: null, place: [] } as unknown as AlertItem;
}
const ids = (items: readonly AlertItem[]) => items.map(({ alert }) => alert.id);

describe("a list of alerts", () => {
  it("begins with lives in danger, then severity, then what nobody answers for, then what has waited longest", () => {
    const answered = { acknowledgedAt: 1 };
    const all = [
      item("over", { active: false, severity: "critical" }),
      item("medium", { severity: "medium" }),
      item("answered", {}, answered),
      item("later", { openedAt: 5 }),
      item("sooner", { openedAt: 2 }),
      item("critical", { severity: "critical" }),
      item("life", { lifeSafety: true }, answered),
    ];
    expect(ids(byUrgency(all))).toEqual(["life", "critical", "sooner", "later", "answered", "medium", "over"]);
  });

  it("does not move under the finger: what came waits, what left stays where it was, what changed shows", () => {
    const shown = letGo([item("a"), item("b")]).rows;
    const held = holdSteady(shown, [item("new", { severity: "critical" }), item("b", { severity: "low" })]);
    expect(held.rows.map(({ item: { alert }, gone }) => [alert.id, alert.severity, gone])).toEqual([
      ["a", "high", true],
      ["b", "low", false],
    ]);
    expect(held.waiting).toBe(1);
  });

  it("counts down to the next promise, and to none for what asks nobody", () => {
    expect(deadlineOf(item("a", { openedAt: 7 }))).toEqual({ what: "acknowledge", from: 7, at: 7 + 3 * MINUTE });
    const arriving = item("a", {}, { acknowledgedAt: 1, arrivedAt: null });
    expect(deadlineOf(arriving)).toMatchObject({ what: "arrive", at: 30 * MINUTE });
    expect(deadlineOf(item("a", {}, { acknowledgedAt: 1, arrivedAt: 2 }))).toBeUndefined();
    expect(deadlineOf(item("a", { active: false }))).toBeUndefined();
    const listed = { suppressed: { by: "informational", id: "", since: 0 } } as const;
    expect(deadlineOf(item("a", {}, listed))).toBeUndefined();
  });
});

describe("a ledger", () => {
  const line = (seq: number, more: Partial<LedgerEntry>) =>
    ({ seq, at: seq * 1_000, personId: "li", channelId: "sms", messageKey: null, about: "", ...more }) as LedgerEntry;

  it("has one line for each message, as it stands, and one for each reason not to tell", () => {
    const { told, notTold } = readLedger([
      line(1, { messageKey: "m1", verdict: "queued" }),
      line(2, { messageKey: "m1", verdict: "told", about: "call-1" }),
      line(3, { messageKey: "m2", verdict: "queued", personId: "wang" }),
      line(4, { messageKey: "m2", verdict: "failed", personId: "wang", about: "550" }),
      line(5, { verdict: "withheld", reason: "silenced", personId: "chen" }),
      line(6, { verdict: "withheld", reason: "silenced", personId: "chen" }),
    ]);
    expect(told.map(({ personId, about, queuedAt }) => [personId, about, queuedAt])).toEqual([["li", "call-1", 1_000]]);
    expect(notTold.map(({ personId, verdict }) => `${personId} ${verdict}`)).toEqual(["chen withheld", "wang failed"]);
  });
});

describe("what to do", () => {
  it("is read as numbered steps with what stands out in them", () => {
    expect(readSteps("1. **Talk first**: call `7`\n2. then\n\nAfterwards")).toEqual([
      {
        type: "steps",
        lines: [
          [
            { text: "Talk first", as: "strong" },
            { text: ": call ", as: "plain" },
            { text: "7", as: "code" },
          ],
          [{ text: "then", as: "plain" }],
        ],
      },
      { type: "paragraph", lines: [[{ text: "Afterwards", as: "plain" }]] },
    ]);
  });

  it("links to nothing that runs in the page", () => {
    const [block] = readSteps("[call](tel:96333) [no](javascript:alert(1)) [neither](//elsewhere)");
    expect(block?.lines[0]?.filter(({ as }) => as === "link").map(({ href }) => href)).toEqual(["tel:96333"]);
  });
});

it("a right holds at its place and below it", () => {
  const path = [{ id: "site" }, { id: "compound-1" }, { id: "building-7" }];
  const crewAt = (placeId: string | null) => ({ grants: [{ role: "crew" as const, placeId }] });
  expect(mayAt(crewAt("compound-1"), "crew", path)).toBe(true);
  expect(mayAt(crewAt(null), "crew", path)).toBe(true);
  expect(mayAt(crewAt("compound-2"), "crew", path)).toBe(false);
  expect(mayAt(crewAt("compound-1"), "manager", path)).toBe(false);
});
