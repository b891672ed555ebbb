import { hashToken } from "@linli/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { author, type BrokerUnderTest, startBroker } from "./test-support/broker-under-test.ts";

let broker: BrokerUnderTest;
beforeEach(async () => {
  broker = await startBroker();
});
afterEach(() => broker.dispose());

describe("a credential that was issued a moment ago", () => {
  it("lets its device in at once, not at the broker's next look", async () => {
    for (let round = 0; round < 20; round++) {
      const password = `fresh-token-${round}`;
      await broker.state.registry.issueCredential("lift-1", hashToken(password), null, author);
      const client = broker.client();
      expect(await client.login({ username: "lift-1", password })).toBe(0);
      client.socket.destroy();
    }
  });
});
