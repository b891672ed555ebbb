import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { alertAnchor, PLATFORM_ALERTS } from "./rules.ts";

const page = await readFile(new URL("../../../docs/operations.md", import.meta.url), "utf8");

/** Anchors of a page: those it sets itself, and those that its headings have on a forge. */
function anchorsOf(text: string): Set<string> {
  const own = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id ?? "");
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => {
    const letters = heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "");
    return letters.trim().replaceAll(" ", "-");
  });
  return new Set([...own, ...headings]);
}

const anchors = anchorsOf(page);
const isWritten = [...anchors].some((anchor) => anchor.startsWith("alert-"));

test.skipIf(!isWritten)("what to do about each alert stands where its link leads", () => {
  expect(PLATFORM_ALERTS.map(alertAnchor).filter((anchor) => !anchors.has(anchor))).toEqual([]);
});
