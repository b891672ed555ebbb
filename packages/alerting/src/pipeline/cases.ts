import type { AlertCase } from "./alert-case.ts";
import type { DutyCase, FlapCase, GroupCase, IncidentCase, LetterCase, MutingCase, ScopeCase } from "./other-cases.ts";
import { Schedule } from "./schedule.ts";

/** Cases of one sort by name. They are changed in place, and `touch`ed for it: only these are stored again. */
export class Table<Case> {
  private readonly values = new Map<string, Case>();
  private readonly prefix: string;
  private readonly dirty: Set<string>;

  constructor(prefix: string, dirty: Set<string>) {
    this.prefix = prefix;
    this.dirty = dirty;
  }

  get size(): number {
    return this.values.size;
  }

  get(name: string): Case | undefined {
    return this.values.get(name);
  }

  add(name: string, value: Case): Case {
    this.values.set(name, value);
    this.touch(name);
    return value;
  }

  touch(name: string): void {
    this.dirty.add(this.prefix + name);
  }

  drop(name: string): void {
    if (this.values.delete(name)) this.touch(name);
  }

  restore(name: string, value: Case): void {
    this.values.set(name, value);
  }

  /** In order of name, whatever the order in which they came: a restart must change nothing. */
  names(): string[] {
    return [...this.values.keys()].sort();
  }
}

/** All that the pipeline follows. Every table's cases are plain JSON. */
export class Cases {
  readonly schedule = new Schedule();
  private readonly dirty = new Set<string>();
  readonly alerts = new Table<AlertCase>("a:", this.dirty);
  readonly incidents = new Table<IncidentCase>("i:", this.dirty);
  readonly groups = new Table<GroupCase>("g:", this.dirty);
  readonly scopes = new Table<ScopeCase>("w:", this.dirty);
  readonly flaps = new Table<FlapCase>("f:", this.dirty);
  readonly letters = new Table<LetterCase>("m:", this.dirty);
  readonly duties = new Table<DutyCase>("h:", this.dirty);
  readonly mutings = new Table<MutingCase>("s:", this.dirty);
  /** Ids of the alerts of each device; follows from `alerts`. */
  private readonly byDevice = new Map<string, Set<string>>();
  private readonly tables: Readonly<Record<string, Table<never>>> = {
    a: this.alerts as Table<never>,
    i: this.incidents as Table<never>,
    g: this.groups as Table<never>,
    w: this.scopes as Table<never>,
    f: this.flaps as Table<never>,
    m: this.letters as Table<never>,
    h: this.duties as Table<never>,
    s: this.mutings as Table<never>,
  };

  restore(saved: Iterable<readonly [string, string]>): void {
    for (const [key, json] of saved) {
      const value = JSON.parse(json) as { lookAt?: number | null };
      this.tables[key.slice(0, 1)]?.restore(key.slice(2), value as never);
      if (typeof value.lookAt === "number") this.schedule.set(key, value.lookAt);
      if (key.startsWith("a:")) this.index(value as AlertCase);
    }
  }

  addAlert(one: AlertCase): void {
    this.alerts.add(one.alert.id, one);
    this.index(one);
  }

  dropAlert({ alert }: AlertCase): void {
    this.alerts.drop(alert.id);
    this.schedule.set(`a:${alert.id}`, undefined);
    const ids = this.byDevice.get(alert.deviceId);
    ids?.delete(alert.id);
    if (ids?.size === 0) this.byDevice.delete(alert.deviceId);
  }

  /** Those of one device that are followed, over or not, in order of id; drills are nothing that is wrong with it. */
  ofDevice(deviceId: string): AlertCase[] {
    const ids = [...(this.byDevice.get(deviceId) ?? [])].sort();
    return ids.flatMap((id) => this.alerts.get(id) ?? []).filter(({ alert }) => alert.drill === undefined);
  }

  /** Puts an alert's next look where its case says. */
  lookAt(one: AlertCase, at: number | null): void {
    one.lookAt = at;
    this.alerts.touch(one.alert.id);
    this.schedule.set(`a:${one.alert.id}`, at ?? undefined);
  }

  /** What changed since the last time, in order of key. */
  takeChanges(): [string, string | null][] {
    const changes = [...this.dirty].sort().map((key): [string, string | null] => {
      const value: unknown = this.tables[key.slice(0, 1)]?.get(key.slice(2));
      return [key, value === undefined ? null : JSON.stringify(value)];
    });
    this.dirty.clear();
    return changes;
  }

  /** All of them, as they would be stored. */
  *saved(): Iterable<[string, string]> {
    for (const [letter, table] of Object.entries(this.tables)) {
      for (const name of table.names()) yield [`${letter}:${name}`, JSON.stringify(table.get(name))];
    }
  }

  private index({ alert }: AlertCase): void {
    const ids = this.byDevice.get(alert.deviceId) ?? new Set();
    this.byDevice.set(alert.deviceId, ids.add(alert.id));
  }
}
