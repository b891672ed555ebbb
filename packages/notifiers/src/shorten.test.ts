import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { plainText, shorten, shortenCharacters } from "./shorten.ts";
import { messageOf } from "./testing/messages.ts";

it("leaves what fits as it is", () => {
  expect(shorten("七号梯", 9)).toBe("七号梯");
});

it.each([
  ["七号梯有人被困", 12, "七号梯…"],
  ["七号梯有人被困", 14, "七号梯…"],
  ["abc👨‍👩‍👧def", 10, "abc…"],
  ["abc", 2, ""],
])("%s in %i bytes is %s", (text, bytes, expected) => {
  expect(shorten(text, bytes)).toBe(expected);
});

test.prop([fc.string({ unit: "grapheme" }), fc.nat(60)])("never longer, never half a character", (text, bytes) => {
  const short = shorten(text, bytes);
  expect(Buffer.byteLength(short)).toBeLessThanOrEqual(bytes);
  expect(short.isWellFormed()).toBe(true);
  expect(text === short || text.startsWith(short.replace(/…$/, "").trimEnd())).toBe(true);
});

it("counts characters for text messages", () => {
  expect(shortenCharacters("一二三四五六", 5)).toBe("一二三四…");
});

it("the text gives way, title and link stay whole", () => {
  const message = messageOf({ text: "长".repeat(4_000) });
  const plain = plainText(message, 2_048);
  expect(Buffer.byteLength(plain)).toBeLessThanOrEqual(2_048);
  expect(plain.split("\n")).toEqual([message.title, expect.stringMatching(/^长+…$/), message.link]);
});
