import type { Alert, Arrangements, Device, Escalation, Person, Place, Rule, Severity, Team } from "@linli/model";

/** All that deciding who is told may know, as it stands at that moment. */
export interface World {
  readonly arrangements: Arrangements;
  /** Without the disabled ones. */
  readonly people: ReadonlyMap<string, Person>;
  readonly places: ReadonlyMap<string, Place>;
  device(id: string): Device | undefined;
  /** Ids of the devices behind a gateway. */
  childrenOf(gatewayId: string): Iterable<string>;
  /** Ids of the devices at a place or anywhere below it. */
  devicesAt(placeId: string): Iterable<string>;
  /** Without a version the one in force. */
  rule(ruleId: string, version?: number): Rule | undefined;
  /** Of the whole site; rotas and windows have their own. IANA name. */
  readonly timeZone: string;
  /** Where people open the page, without a slash at its end. */
  readonly publicUrl: string | undefined;
  /** Whom channels of a type reach, such as `room` for a robot; undefined = there is no such type. */
  reaches(channelType: string): "person" | "room" | "program" | undefined;
}

/** An alert with what deciding about it asks for, looked up once. */
export interface Subject {
  readonly alert: Alert;
  /** Gone rules and devices are undefined; people are told all the same. */
  readonly rule: Rule | undefined;
  readonly device: Device | undefined;
  /** Ids of the device's place and of all above it, nearest first. */
  readonly placePath: readonly string[];
}

/** Where an alert goes. */
export interface Routed {
  /** Undefined: no team is arranged for it; it goes to the desk. */
  readonly team: Team | undefined;
  readonly escalation: Escalation;
  /** In words, for the ledger: the route's id, `nearest team of lift-maintainer`, `no team: desk`. */
  readonly reason: string;
}

/** A way to reach somebody: the channel, and the address there. */
export interface Way {
  readonly channelId: string;
  readonly address: unknown;
}

/** How urgent one telling is: it chooses between a person's ways. */
export interface Urgency {
  readonly severity: Severity;
  readonly lifeSafety: boolean;
  readonly urgent: boolean;
  /** On call for it at that moment: quiet hours do not bind. */
  readonly onDuty: boolean;
}
