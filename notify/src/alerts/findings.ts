import { type DutyFinding, examineArrangements, type Finding, type World } from "@linli/alerting";
import { days, hours } from "@linli/model";
import type { Fault } from "@linli/runtime";

const EXAMINE_EVERY = hours(1);
/** What telling met is shown until its alert is over, at most for so long. */
const SHOWN_FOR = days(1);

interface Met {
  readonly finding: DutyFinding;
  readonly since: number;
}

/** What is wrong with who is arranged to be told: seen by looking ahead, and met while telling. */
export class Findings {
  private found: readonly Finding[] = [];
  private readonly met = new Map<string, Met>();
  private examineAt = 0;

  /** When to look again. */
  get due(): number {
    return this.examineAt;
  }

  get all(): readonly Finding[] {
    return this.found;
  }

  examine(world: World, now: number): void {
    this.found = examineArrangements(world, now);
    this.examineAt = now + EXAMINE_EVERY;
    for (const [key, { since }] of this.met) if (now - since > SHOWN_FOR) this.met.delete(key);
  }

  meet(findings: readonly DutyFinding[], now: number): void {
    for (const finding of findings) {
      const key = keyOf(finding);
      this.met.set(key, { finding, since: this.met.get(key)?.since ?? now });
    }
  }

  /** The alert that met it is over. */
  over(alertId: string): void {
    for (const [key, { finding }] of this.met) if (finding.subject === alertId) this.met.delete(key);
  }

  /**
   * What telling met, once however many alerts met it. What was only found by looking ahead is no fault of the platform
   * yet.
   */
  faults(): Fault[] {
    const faults = new Map<string, Fault>();
    for (const { finding, since } of this.met.values()) {
      const code = `duty.${finding.code}`;
      const key = `${code} ${finding.detail}`;
      const first = faults.get(key);
      const detail = `first met while telling of ${finding.subject}`;
      if (first === undefined || since < first.since) faults.set(key, { code, subject: finding.detail, detail, since });
    }
    return [...faults.values()];
  }
}

function keyOf({ code, subject }: Pick<Finding | DutyFinding, "code" | "subject">): string {
  return `${code} ${subject}`;
}
