import { expect, test } from "vitest";
import { RequestSize } from "./request-size.ts";

/** Requests as large as may be to a server with a limit: how many it refused. */
function send(size: RequestSize, count: number, limit: number): number {
  let refused = 0;
  for (let n = 0; n < count; n++) {
    if (size.most > limit) {
      refused++;
      size.tooLarge(size.most);
    } else size.fine(size.most);
  }
  return refused;
}

test("a limit costs a refusal now and then, not with every request", () => {
  const size = new RequestSize();
  const refused = send(size, 10_000, 100_000);
  expect(size.most).toBeLessThanOrEqual(100_000);
  expect(size.most).toBeGreaterThan(50_000);
  expect(refused).toBeLessThan(30);
});

test("a limit that is lifted is found to be", () => {
  const size = new RequestSize();
  send(size, 100, 100_000);
  expect(send(size, 10_000, Infinity)).toBe(0);
  expect(size.most).toBe(8 << 20);
});

test("what was only slow is tried larger at once", () => {
  const size = new RequestSize();
  size.tooSlow(size.most);
  expect(size.most).toBe(4 << 20);
  size.fine(size.most);
  expect(size.most).toBe(8 << 20);
});
