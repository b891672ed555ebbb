import { PAGE_CHANNEL, type World } from "@linli/alerting";
import {
  type Alert,
  type Arrangements,
  type Device,
  NO_ARRANGEMENTS,
  type Person,
  type Place,
  type Rule,
} from "@linli/model";
import type { Channel } from "@linli/notifiers";
import { RegistryView, type StateStore } from "@linli/stores";

export interface WorldOptions {
  readonly state: StateStore;
  readonly channels: ReadonlyMap<string, Channel>;
  /** IANA name. */
  readonly timeZone: string;
  /** Where people open the page. */
  readonly publicUrl: string | undefined;
}

/** What a refresh brought. */
export interface WorldChanges {
  /** Whether anything that people arranged, or that their arrangements name, is different now. */
  readonly arranged: boolean;
}

const versionKey = (ruleId: string, version: number) => `${ruleId}@${version}`;

/** The world as the store has it, in memory; between two refreshes it does not change. */
export class LiveWorld implements World {
  readonly timeZone: string;
  readonly publicUrl: string | undefined;
  arrangements: Arrangements = NO_ARRANGEMENTS;
  people: ReadonlyMap<string, Person> = new Map();
  places: ReadonlyMap<string, Place> = new Map();
  private readonly state: StateStore;
  private readonly channels: ReadonlyMap<string, Channel>;
  private readonly registry: RegistryView;
  private current: ReadonlyMap<string, Rule> = new Map();
  /** Every version that an alert was held by since the start. */
  private readonly versions = new Map<string, Rule>();
  /** Ids of the devices at each place and below it; made when it is asked for. */
  private residents: ReadonlyMap<string, readonly string[]> | undefined;

  private constructor({ state, channels, timeZone, publicUrl }: WorldOptions, registry: RegistryView) {
    this.state = state;
    this.channels = channels;
    this.timeZone = timeZone;
    this.publicUrl = publicUrl?.replace(/\/+$/, "");
    this.registry = registry;
  }

  static async load(options: WorldOptions): Promise<LiveWorld> {
    const world = new LiveWorld(options, await RegistryView.load(options.state));
    world.takePlaces();
    await Promise.all([world.readArrangements(), world.readPeople(), world.readRules()]);
    return world;
  }

  /** Takes over what changed in the store. */
  async refresh(): Promise<WorldChanges> {
    const { changes, devices, places, reset } = await this.registry.refresh();
    const topics = new Set(changes.map(({ topic }) => topic));
    const has = (topic: "arrangement" | "person" | "rule") => reset || topics.has(topic);
    if (devices.size > 0 || places.size > 0) this.takePlaces();
    if (has("arrangement")) await this.readArrangements();
    if (has("person")) await this.readPeople();
    if (has("rule")) await this.readRules();
    return { arranged: has("arrangement") || has("person") || devices.size > 0 || places.size > 0 };
  }

  /** Sees to it that the rule's version that holds an alert can be looked up. */
  async prepare({ ruleId, ruleVersion }: Alert): Promise<void> {
    const key = versionKey(ruleId, ruleVersion);
    if (this.versions.has(key)) return;
    const stored = await this.state.rules.version(ruleId, ruleVersion);
    if (stored !== undefined) this.versions.set(key, stored.rule);
  }

  device(id: string): Device | undefined {
    return this.registry.device(id);
  }

  childrenOf(gatewayId: string): Iterable<string> {
    return this.registry.children(gatewayId);
  }

  devicesAt(placeId: string): Iterable<string> {
    this.residents ??= this.findResidents();
    return this.residents.get(placeId) ?? [];
  }

  rule(ruleId: string, version?: number): Rule | undefined {
    const pinned = version === undefined ? undefined : this.versions.get(versionKey(ruleId, version));
    return pinned ?? this.current.get(ruleId);
  }

  reaches(channelType: string) {
    return channelType === PAGE_CHANNEL ? "person" : this.channels.get(channelType)?.reaches;
  }

  private takePlaces(): void {
    this.places = new Map([...this.registry.places()].map((place) => [place.id, place]));
    this.residents = undefined;
  }

  private findResidents(): Map<string, string[]> {
    const residents = new Map<string, string[]>();
    for (const { id, placeId } of this.registry.devices()) {
      for (const place of this.registry.path(placeId)) {
        const ids = residents.get(place.id);
        if (ids === undefined) residents.set(place.id, [id]);
        else ids.push(id);
      }
    }
    return residents;
  }

  private async readArrangements(): Promise<void> {
    this.arrangements = await this.state.arrangements.all();
  }

  private async readPeople(): Promise<void> {
    const people = await this.state.access.people();
    this.people = new Map(people.filter(({ disabledAt }) => disabledAt === null).map((person) => [person.id, person]));
  }

  private async readRules(): Promise<void> {
    const versions = await this.state.rules.current();
    const inForce = versions.filter(({ standing }) => standing === "current");
    this.current = new Map(inForce.map(({ rule }) => [rule.id, rule]));
    for (const { rule, version } of versions) this.versions.set(versionKey(rule.id, version), rule);
  }
}
