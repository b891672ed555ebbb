import { expect, test } from "vitest";
import { missingPaths } from "./document-paths.ts";

const missing = (text: string, document = "docs/guide.md") => missingPaths(document, text);

test("a link is followed from where the document stands, a path in code from the top", () => {
  expect(missing("[settings](settings.md), [top](../README.md#start), `packages/model/src`, `test/faults/`")).toEqual(
    [],
  );
  expect(missing("fine\n[gone](gone.md) and `broker/src/gone.ts`")).toEqual([
    { line: 2, path: "docs/gone.md" },
    { line: 2, path: "broker/src/gone.ts" },
  ]);
});

test("what stands for something is checked up to there", () => {
  expect(missing("`packages/model/src/kinds/<kind>/`, `docs/adr/*.md`")).toEqual([]);
  expect(missing("`packages/model/src/gone/<kind>/`")).toEqual([{ line: 1, path: "packages/model/src/gone/<kind>/" }]);
});

test("addresses, topics and files of the data folder are none of ours", () => {
  expect(
    missing("[page](https://example.org/x), [here](#below), `linli/v1/state/+`, `/api/docs`, `run/*.sock`"),
  ).toEqual([]);
});
