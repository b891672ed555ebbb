import type { DeviceKind } from "@linli/model";
import type { RuleStore } from "@linli/stores";
import { RuleBook } from "./rule-book.ts";

/** The rules as they are stored now. What the book before has compiled is not compiled again. */
export async function readRuleBook(
  store: RuleStore,
  kinds: ReadonlyMap<string, DeviceKind>,
  before: RuleBook,
): Promise<RuleBook> {
  const [versions, overrides] = await Promise.all([store.current(), store.overrides()]);
  return new RuleBook({ versions, overrides }, kinds, before);
}
