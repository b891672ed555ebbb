import type { Incident, Message, Severity } from "@linli/model";
import type { Subject, World } from "../duty/world.ts";

/** An alert needs somebody. */
export interface AlertCall {
  readonly about: "alert";
  readonly occasion: "opened" | "severity" | "escalation" | "reminder" | "drill";
  readonly subject: Subject;
  /** How soon it asks for an answer, ms; absent = it is not said. */
  readonly acknowledgeWithin?: number;
  /** Ids of the people who were told before, in order; for an escalation. */
  readonly told?: readonly string[];
  /** For `severity`: what it was. */
  readonly before?: Severity;
  /** It was acknowledged, and nobody came in time. */
  readonly lapsed?: boolean;
  /** It comes and goes: so often until now. */
  readonly times?: number;
}

/** An open alert fell silent, or speaks again: `alert.stale` tells which. */
export interface AlertNews {
  readonly about: "alert";
  readonly occasion: "progress";
  readonly subject: Subject;
  readonly silentSince?: number;
}

/** An alert is over; how, `alert.endedBy` tells. */
export interface AlertOver {
  readonly about: "alert";
  readonly occasion: "cleared" | "ended";
  readonly subject: Subject;
}

export interface IncidentNews {
  readonly about: "incident";
  readonly occasion: "opened" | "severity" | "escalation" | "reminder" | "progress" | "cleared";
  readonly incident: Incident;
  /** Its members' alerts, in order. */
  readonly members: readonly Subject[];
  /** How many devices share the cause, faulty or not; absent = it is not said. */
  readonly of?: number;
  readonly acknowledgeWithin?: number;
  readonly told?: readonly string[];
}

/** Several alerts that have nothing in common but the reader. */
export interface ListNews {
  readonly about: "list";
  readonly occasion: "digest" | "handover";
  readonly subjects: readonly Subject[];
}

/** Something is wrong with the platform itself: a finding, a dead channel. */
export interface PlatformNews {
  readonly about: "platform";
  readonly occasion: "platform";
  readonly code: string;
  readonly subject: string;
  readonly detail: string;
}

export interface TestNews {
  readonly about: "test";
  readonly occasion: "test";
}

export type News = AlertCall | AlertNews | AlertOver | IncidentNews | ListNews | PlatformNews | TestNews;

/** What is to be said, to a reader of which language, now. */
export type Wording = News & {
  readonly language: Message["language"];
  readonly world: World;
  /** Epoch ms. */
  readonly at: number;
  /** An exercise: whatever is said is marked so. */
  readonly drill?: boolean;
};

/** The part of a message that is language. */
export type Worded = Pick<Message, "title" | "text" | "variables">;
