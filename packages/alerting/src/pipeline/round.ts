import type { AlertCare, Incident, LedgerReason, NewLedgerEntry, Severity } from "@linli/model";
import { routeOf } from "../duty/route.ts";
import { subjectOf } from "../duty/subject.ts";
import type { Routed, Subject, World } from "../duty/world.ts";
import type { Recipient } from "../stages/route.ts";
import { type AlertCase, asTold, careOf, type Occasion } from "./alert-case.ts";
import type { Cases } from "./cases.ts";
import type { Decisions, DutyFinding, OutgoingMessage } from "./decisions.ts";
import type { IncidentCase } from "./other-cases.ts";

/** That somebody is to be written to about an alert, in this round. */
export interface Telling {
  readonly one: AlertCase;
  readonly recipient: Recipient;
  readonly occasion: Occasion;
  readonly reason: LedgerReason;
  readonly about: string;
  readonly before?: Severity;
}

/** What was decided and not yet handed over. */
export class Outcome {
  readonly cares = new Map<string, AlertCare>();
  readonly incidents = new Map<string, Incident>();
  readonly ledger: NewLedgerEntry[] = [];
  readonly outbox: OutgoingMessage[] = [];
  readonly withdrawn: string[] = [];
  private readonly findings = new Map<string, DutyFinding>();

  find(finding: DutyFinding): void {
    this.findings.set(`${finding.code} ${finding.detail}`, finding);
  }

  /** Hands everything over, and starts anew. */
  take(cases: Decisions["cases"], memory: string): Decisions {
    const decisions: Decisions = {
      cases,
      cares: [...this.cares.values()],
      // they go on being changed in place
      incidents: [...this.incidents.values()].map((one) => ({
        ...one,
        members: one.members.map((member) => ({ ...member })),
      })),
      ledger: this.ledger.splice(0),
      outbox: this.outbox.splice(0),
      withdrawn: this.withdrawn.splice(0),
      memory,
      findings: [...this.findings.values()],
    };
    this.cares.clear();
    this.incidents.clear();
    this.findings.clear();
    return decisions;
  }
}

/** One input being taken: what stands, what the world is like, what comes of it. */
export class Round {
  readonly cases: Cases;
  readonly world: World;
  readonly now: number;
  readonly out: Outcome;
  readonly tellings: Telling[] = [];
  /** Groups whose members are told in this round. */
  readonly flushed = new Set<string>();

  constructor(cases: Cases, out: Outcome, world: World, now: number) {
    this.cases = cases;
    this.out = out;
    this.world = world;
    this.now = now;
  }

  /** An alert as people are to understand it, with all that deciding about it asks for. */
  subject(one: AlertCase): Subject {
    return subjectOf(asTold(one), this.world);
  }

  route(subject: Subject): Routed {
    return routeOf(subject, this.world);
  }

  /** What was changed in place has to be stored and shown. */
  touch(one: AlertCase): void {
    this.cases.alerts.touch(one.alert.id);
    this.out.cares.set(one.alert.id, careOf(one));
  }

  lookAt(one: AlertCase, at: number | null): void {
    this.cases.lookAt(one, at);
    this.touch(one);
  }

  touchIncident(one: IncidentCase, lookAt: number | null = one.lookAt): void {
    const { incident } = one;
    one.lookAt = lookAt;
    this.cases.incidents.touch(incident.id);
    this.cases.schedule.set(`i:${incident.id}`, lookAt ?? undefined);
    this.out.incidents.set(incident.id, incident);
  }

  drop(one: AlertCase): void {
    this.touch(one);
    this.cases.dropAlert(one);
  }

  write(one: AlertCase, entry: Omit<NewLedgerEntry, "at" | "alertId" | "incidentId">): void {
    this.out.ledger.push({ at: this.now, alertId: one.alert.id, incidentId: one.incidentId, ...entry });
  }

  /** Why somebody is not told: once for each reason. */
  withhold(one: AlertCase, personId: string | null, occasion: Occasion, reason: LedgerReason, about: string): void {
    const mark = `${personId ?? "room"}|${occasion}|${reason}|${about}`;
    if (one.noted.includes(mark)) return;
    one.noted.push(mark);
    this.write(one, {
      occasion,
      personId,
      channelId: null,
      verdict: "withheld",
      reason,
      about: about.slice(0, 500),
      messageKey: null,
    });
    this.touch(one);
  }

  /** In a drill only those who are prepared for it. */
  tell(telling: Telling): void {
    const { one, recipient, occasion } = telling;
    const { drill } = one.alert;
    const isPrepared = !drill?.people || drill.people.some((id) => id === recipient.personId);
    if (isPrepared) this.tellings.push(telling);
    else this.withhold(one, recipient.personId, occasion, "drill", "not prepared for it");
  }
}

/** The next full minute: what others may have changed meanwhile is looked at then, all of it together. */
export function nextMinute(now: number): number {
  return (Math.floor(now / 60_000) + 1) * 60_000;
}
