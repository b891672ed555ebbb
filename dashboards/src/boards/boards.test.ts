import { DEVICE_KINDS, defineKind } from "@linli/model";
import { describe, expect, test } from "vitest";
import { nameCheck } from "../check/known-names.ts";
import { everyQuery } from "../run/board-queries.ts";
import { allBoards, boardsIn } from "./index.ts";

interface Placed {
  readonly id?: number;
  readonly title?: string;
  readonly type?: string;
  readonly gridPos?: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

const placed = (board: ReturnType<typeof allBoards>[number]) => (board.dashboard.panels ?? []) as readonly Placed[];

describe.each(allBoards().map((board) => [`${board.language}/${board.id}`, board] as const))("%s", (_, board) => {
  test("its panels have ids of their own and lie beside one another", () => {
    const panels = placed(board);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const [index, { gridPos: a }] of panels.entries()) {
      if (a === undefined) throw new Error("a panel without a place");
      expect(a.x + a.w).toBeLessThanOrEqual(24);
      const over = panels.slice(index + 1).filter(({ gridPos: b }) => {
        return b && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
      });
      expect(over).toEqual([]);
    }
  });

  test("it names its time zone, its variables and the way to the other boards", () => {
    const { timezone, templating, links, uid } = board.dashboard;
    expect(timezone).toBe("browser");
    expect(uid?.length).toBeLessThanOrEqual(40);
    const variables = templating?.list?.map(({ name }) => name) ?? [];
    for (const variable of board.id === "platform"
      ? ["prometheus"]
      : ["raw", "community", "compound", "building", "device"])
      expect(variables).toContain(variable);
    expect(links?.some(({ type, keepTime }) => type === "dashboards" && keepTime)).toBe(true);
    expect(JSON.stringify(board.dashboard)).toContain("${linli}/");
  });
});

test("both languages ask the same, under other names", () => {
  const asked = (language: "en" | "zh") =>
    boardsIn(language)
      .flatMap(everyQuery)
      .map(({ text }) => text.replaceAll(/AS "[^"]*"/g, "AS"));
  expect(asked("zh")).toEqual(asked("en"));
  expect(boardsIn("zh").map(({ dashboard }) => dashboard.title)).toContain("电梯");
});

test("a kind that nobody has chosen panels for has a board from its declaration", () => {
  const kind = defineKind({
    id: "waste-station",
    label: { zh: "垃圾分类站", en: "Waste station" },
    lateAfter: 60_000,
    offlineAfter: 120_000,
    points: {
      fillingLevel: { type: "number", unit: "%", label: { zh: "满溢度", en: "Filling level" }, cadence: 60_000 },
      lid: { type: "enum", values: ["open", "closed"], label: { zh: "箱盖", en: "Lid" } },
      opened: { type: "integer", counter: true, label: { zh: "开启次数", en: "Openings" } },
      full: { type: "boolean", label: { zh: "满", en: "Full" } },
    },
    events: {},
    faults: {},
    commands: {},
  });
  const board = boardsIn("en", [kind]).find(({ id }) => id === kind.id);
  if (board === undefined) throw new Error("no board");
  const titles = placed(board).map(({ title }) => title);
  expect(titles).toEqual(expect.arrayContaining(["Filling level", "Lid", "Openings (increase)", "Latest values"]));
  const queries = everyQuery(board);
  expect(queries.flatMap(nameCheck([...DEVICE_KINDS.values(), kind]))).toEqual([]);
});
