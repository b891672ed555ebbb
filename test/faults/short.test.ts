import { describe, expect, it } from "vitest";
import { FAULTS } from "./all.ts";

/** The short form: every fault once. `npm run faults` has the long one. */
describe("faults, one round each", () => {
  it.each(FAULTS.map((fault) => [fault.id, fault] as const))("%s holds", { timeout: 180_000 }, async (_, fault) => {
    await expect(fault.run({ rounds: 1, seed: 1, note: () => {} })).resolves.toEqual(expect.any(String));
  });
});
