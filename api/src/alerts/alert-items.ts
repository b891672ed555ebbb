import { type Alert, type AlertItem, DEFAULT_TARGETS, type Rule } from "@linli/model";
import type { AlertRecord, StateStore } from "@linli/stores";
import type { Directory } from "../live/directory.ts";

/** Versions of rules never change: so many are kept. */
const MOST_RULES = 2_000;
/** Deeper than any tree of places is. */
const MOST_LEVELS = 20;

function targetsOf({ severity }: Alert, rule: Rule | undefined): AlertItem["targets"] {
  const usual = severity === "informational" ? undefined : DEFAULT_TARGETS[severity];
  const { acknowledge, arrive, fix } = { ...usual, ...rule?.targets };
  return { acknowledge: acknowledge ?? null, arrive: arrive ?? null, fix: fix ?? null };
}

/** Puts beside an alert what it takes to word it. */
export class AlertItems {
  readonly #state: Pick<StateStore, "rules" | "registry">;
  readonly #directory: Directory;
  readonly #known = new Map<string, Rule>();

  constructor(state: Pick<StateStore, "rules" | "registry">, directory: Directory) {
    this.#state = state;
    this.#directory = directory;
  }

  /** The rule as it was at a version; undefined when that is no longer there. */
  async ruleOf({ ruleId, ruleVersion }: Pick<Alert, "ruleId" | "ruleVersion">): Promise<Rule | undefined> {
    const key = `${ruleId}@${ruleVersion}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const rule = (await this.#state.rules.version(ruleId, ruleVersion))?.rule;
    if (rule === undefined) return undefined;
    if (this.#known.size >= MOST_RULES) this.#known.clear();
    this.#known.set(key, rule);
    return rule;
  }

  async itemOf({ alert, care }: AlertRecord): Promise<AlertItem> {
    const rule = await this.ruleOf(alert);
    // those that were retired are in the store alone
    const device = this.#directory.device(alert.deviceId) ?? (await this.#state.registry.device(alert.deviceId));
    return {
      alert,
      care,
      rule: rule
        ? { name: rule.name, text: rule.text, steps: rule.steps, role: rule.role, closedBy: rule.closedBy ?? null }
        : null,
      targets: targetsOf(alert, rule),
      device: device ? { id: device.id, name: device.name, kind: device.kind, placeId: device.placeId } : null,
      place: this.#pathOf(device?.placeId),
    };
  }

  async itemsOf(records: readonly AlertRecord[]): Promise<AlertItem[]> {
    return Promise.all(records.map((record) => this.itemOf(record)));
  }

  #pathOf(placeId: string | undefined): AlertItem["place"] {
    const path: AlertItem["place"] = [];
    let id = placeId ?? null;
    while (id !== null && path.length < MOST_LEVELS) {
      const place = this.#directory.place(id);
      if (place === undefined) break;
      path.unshift({ id: place.id, name: place.name });
      id = place.parentId;
    }
    return path;
  }
}
