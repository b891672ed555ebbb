import { describe, expect, test } from "vitest";
import type { WriteAnswer } from "./server.ts";
import { type FieldsLine, type LineOptions, writeLines } from "./summary-lines.ts";

const STORED: WriteAnswer = { status: 204, message: "" };
const AGE = "partial write: points beyond retention policy";

/** Writes lines to a server that answers as told; what it stored, what was left out, and in how many requests. */
async function write(
  lines: readonly FieldsLine[],
  answer: (lines: readonly string[]) => WriteAnswer,
  options: LineOptions = {},
) {
  const stored: string[] = [];
  const refused: string[] = [];
  const found = { requests: 0, stored, refused };
  const server = {
    write: async (_level: string, text: string) => {
      found.requests++;
      const sent = text.trimEnd().split("\n");
      const answered = answer(sent);
      if (answered.status === 204) stored.push(...sent);
      return answered;
    },
  };
  const done = writeLines(server, "1h", lines, {
    refused: ({ text }) => void refused.push(text.trimEnd()),
    ...options,
  });
  return { found, done };
}

const line = (device: string, at = 0): FieldsLine => ({
  prefix: `k,device=${device}`,
  fields: ["a:sum=1", "b:sum=2", "c:sum=3"],
  at,
});

describe("lines of which the server takes a part", () => {
  test("lose the column that conflicts and nothing else", async () => {
    const message =
      'partial write: field type conflict: input field "b:sum" on measurement "k" is type float dropped=1';
    const { found, done } = await write([line("x"), line("y", 1)], (sent) =>
      sent.some((text) => text.includes("b:")) ? { status: 400, message } : STORED,
    );
    await done;
    expect(found.refused).toEqual(["k,device=x b:sum=2 0", "k,device=y b:sum=2 1"]);
    const fields = found.stored.flatMap((text) => text.match(/[ac]:sum=\d/g) ?? []);
    expect(fields.toSorted()).toEqual(["a:sum=1", "a:sum=1", "c:sum=3", "c:sum=3"]);
  });

  test.each([
    ["words that nobody has seen before", { status: 400, message: "the moon is in the wrong house" }],
    ["their size", { status: 413, message: "Request Entity Too Large" }],
  ])("lose only what it refuses for %s, once it was seen to take another", async (_, refusal) => {
    const lines = Array.from({ length: 64 }, (_none, n) => line(`d${n}`));
    const { found, done } = await write(lines, (sent) =>
      sent.some((text) => text.startsWith("k,device=d42 ") && text.includes("b:")) ? refusal : STORED,
    );
    await done;
    expect(found.refused).toEqual(["k,device=d42 b:sum=2 0"]);
    expect(found.stored.filter((text) => text.startsWith("linli_probe"))).toHaveLength(1);
    expect(found.stored.filter((text) => /^k,device=(?!d42 )/.test(text))).toHaveLength(63);
    expect(found.requests).toBeLessThan(25);
  });

  test("lose nothing to a server that takes nothing", async () => {
    const lines = Array.from({ length: 64 }, (_none, n) => line(`d${n}`));
    const { found, done } = await write(lines, () => ({ status: 400, message: "out of cheese" }));
    await expect(done).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("out of cheese"),
    });
    expect(found.refused).toEqual([]);
    expect(found.requests).toBeLessThan(12);
  });

  test("lose those that are too old, all in one", async () => {
    const lines = Array.from({ length: 64 }, (_none, at) => line("x", at));
    const { found, done } = await write(lines, (sent) => {
      const old = sent.filter((text) => Number(text.split(" ")[2]) < 48);
      return old.length > 0 ? { status: 400, message: `${AGE} dropped=${old.length}` } : STORED;
    });
    await done;
    expect(found.refused).toHaveLength(48);
    expect(found.stored.filter((text) => text.startsWith("k,"))).toHaveLength(16);
    expect(found.requests).toBeLessThan(8);
  });

  test("lose nothing to a server whose clock is wrong", async () => {
    const { found, done } = await write([line("x"), line("y")], (sent) => ({
      status: 400,
      message: `${AGE} dropped=${sent.length}`,
    }));
    await expect(done).rejects.toMatchObject({ code: "unavailable" });
    expect(found.refused).toEqual([]);
  });
});
