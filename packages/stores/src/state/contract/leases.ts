import { isLinliError } from "@linli/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StateStore } from "../port.ts";
import { refusal } from "./fixtures.ts";

const steps = fc.array(
  fc.record({
    owner: fc.constantFrom("a", "b", "c"),
    action: fc.constantFrom("acquire" as const, "renew" as const, "release" as const),
    wait: fc.integer({ min: 0, max: 60 }),
  }),
  { maxLength: 30 },
);

export function leasesContract(store: () => StateStore): void {
  describe("leases", () => {
    it("have one owner, and a higher epoch with each", async () => {
      const { leases } = store();
      expect(await leases.acquire("watch", "a", 0, 100)).toBe(1);
      expect(await refusal(leases.acquire("watch", "b", 99, 100), "conflict")).toContain("a");
      expect(await leases.acquire("notify", "b", 0, 100)).toBe(1);
      await leases.renew("watch", "a", 90, 100);
      await refusal(leases.acquire("watch", "b", 189, 100), "conflict");
      expect(await leases.acquire("watch", "b", 190, 100)).toBe(2);
      expect(await refusal(leases.renew("watch", "a", 191, 100), "conflict")).toContain("b");
      await leases.release("watch", "a");
      await refusal(leases.acquire("watch", "a", 192, 100), "conflict");
      await leases.release("watch", "b");
      await refusal(leases.renew("watch", "b", 193, 100), "conflict");
      expect(await leases.acquire("watch", "a", 193, 100)).toBe(3);
    });

    it("never have two owners at a time, whatever three of them do", async () => {
      const { leases } = store();
      let role = 0;
      await fc.assert(
        fc.asyncProperty(steps, async (script) => {
          const name = `role-${(role += 1)}`;
          let now = 0;
          let held = { owner: "", until: 0, epoch: 0 };
          for (const { owner, action, wait } of script) {
            now += wait;
            const attempt = action === "release" ? leases.release(name, owner) : leases[action](name, owner, now, 50);
            const result: unknown = await attempt.catch((error: unknown) => error);
            const refused = isLinliError(result, "conflict");
            if (result instanceof Error && !refused) throw result;
            const elsewhere = held.owner !== owner && held.until > now;
            if (action === "acquire") {
              expect(refused).toBe(elsewhere);
              if (!refused) expect(result).toBe(held.epoch + 1);
            } else if (action === "renew") {
              expect(refused).toBe(held.owner !== owner);
            }
            if (refused) continue;
            if (action === "release") held = held.owner === owner ? { ...held, owner: "", until: 0 } : held;
            else held = { owner, until: now + 50, epoch: action === "acquire" ? held.epoch + 1 : held.epoch };
          }
        }),
        { numRuns: 30 },
      );
    });
  });
}
