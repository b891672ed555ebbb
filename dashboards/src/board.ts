import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  type AnnotationQuery,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type DashboardLink,
  type GridPos,
  type Panel,
  RowBuilder,
  type VariableModel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import type { Bilingual } from "@linli/model";
import { folderOf, type Language, type Say, uidOf } from "./language.ts";

/** A panel, and the least rows that each of its queries returns where devices report; 0 when it may rightly be empty. */
export interface Part {
  readonly panel: Builder<Panel>;
  readonly rows: number;
}

export interface Row {
  readonly title: Bilingual;
  readonly parts: readonly Part[];
}

export interface BoardSpec {
  /** Its name in files and addresses. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly from: string;
  readonly rows: readonly Row[];
  readonly variables: readonly Builder<VariableModel>[];
  readonly annotations: readonly Builder<AnnotationQuery>[];
  readonly links: readonly Builder<DashboardLink>[];
}

export interface Board {
  readonly id: string;
  readonly language: Language;
  readonly dashboard: Dashboard;
  /** By panel id: the least rows of each of its queries. */
  readonly rows: ReadonlyMap<number, number>;
}

/** What every panel function is given beside its own arguments. */
export interface Context {
  readonly language: Language;
  readonly say: Say;
}

const WIDTH = 24;

/** Lays panels out line by line, each line as high as its highest panel. */
class Layout {
  #x = 0;
  #y = 0;
  #height = 0;

  #nextLine(): void {
    this.#x = 0;
    this.#y += this.#height;
    this.#height = 0;
  }

  place({ w, h }: Pick<GridPos, "w" | "h">): GridPos {
    if (this.#x + w > WIDTH) this.#nextLine();
    const at = { x: this.#x, y: this.#y, w, h };
    this.#x += w;
    this.#height = Math.max(this.#height, h);
    return at;
  }
}

export function buildBoard(spec: BoardSpec, { language, say }: Context): Board {
  const builder = new DashboardBuilder(spec.title)
    .uid(uidOf(language, spec.id))
    .description(spec.description)
    .tags([folderOf(language)])
    .timezone("browser")
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: spec.from, to: "now" })
    .refresh("1m")
    .readonly()
    .variables([...spec.variables])
    .annotations([...spec.annotations])
    .links([...spec.links]);
  const layout = new Layout();
  const rows = new Map<number, number>();
  let id = 0;
  for (const { title, parts } of spec.rows) {
    if (parts.length === 0) continue;
    builder.withRow(new RowBuilder(say(title)).id(++id).gridPos(layout.place({ w: WIDTH, h: 1 })));
    for (const { panel, rows: least } of parts) {
      const built = panel.build();
      const placed = { ...built, id: ++id, gridPos: layout.place(built.gridPos ?? { w: WIDTH, h: 8 }) };
      builder.withPanel({ build: () => placed });
      rows.set(id, least);
    }
  }
  return { id: spec.id, language, dashboard: builder.build(), rows };
}
