import { describe, expect, it } from "vitest";
import { skipWithout } from "../support/required.ts";
import { FAULTS } from "./all.ts";

/** The short form: every fault once. `npm run faults` has the long one. */
describe("faults, one round each", () => {
  for (const fault of FAULTS) {
    const skipped = fault.needs !== undefined && skipWithout(fault.needs.part, fault.needs.isThere());
    it.skipIf(skipped)(`${fault.id}: ${fault.title}`, { timeout: 180_000 }, async () => {
      await expect(fault.run({ rounds: 1, seed: 1, note: () => {} })).resolves.toEqual(expect.any(String));
    });
  }
});
