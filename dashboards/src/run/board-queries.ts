import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Board } from "../board.ts";
import { isSource, type Source } from "../parts/sources.ts";

/** One query of a board, as it stands in its JSON. */
export interface BoardQuery {
  /** Where it stands: `elevator: Trips A`, `elevator: variable building`. */
  readonly name: string;
  readonly source: Source;
  /** InfluxQL, or PromQL where the source is `prometheus`. */
  readonly text: string;
  /** The least rows it returns where devices of every kind report. */
  readonly rows: number;
  /** The width that the panel asks of `$__interval` at least. */
  readonly interval?: string;
}

interface Target {
  readonly refId?: string;
  readonly query?: string;
  readonly expr?: string;
  readonly datasource?: { readonly uid?: string };
}

interface Shown {
  readonly type?: string;
  readonly id?: number;
  readonly title?: string;
  readonly interval?: string;
  readonly targets?: readonly Target[];
  readonly panels?: readonly Shown[];
}

function sourceOf(uid: string | undefined): Source {
  const name = /^\$\{(\w+)\}$/.exec(uid ?? "")?.[1] ?? "";
  if (!isSource(name)) throw new TypeError(`${uid} is no data-source variable of these boards`);
  return name;
}

function panelsOf(panels: readonly Shown[]): Shown[] {
  return panels.flatMap((panel) => (panel.type === "row" ? panelsOf(panel.panels ?? []) : [panel]));
}

/** Every query of a board's JSON: panels, variables, annotations. */
function queriesOf(id: string, dashboard: Dashboard, rows: ReadonlyMap<number, number>): BoardQuery[] {
  const queries: BoardQuery[] = [];
  for (const panel of panelsOf((dashboard.panels ?? []) as readonly Shown[])) {
    for (const { refId, query, expr, datasource } of panel.targets ?? []) {
      queries.push({
        name: `${id}: ${panel.title} ${refId}`,
        source: sourceOf(datasource?.uid),
        text: query ?? expr ?? "",
        rows: rows.get(panel.id ?? -1) ?? 1,
        ...(panel.interval !== undefined && { interval: panel.interval }),
      });
    }
  }
  for (const variable of dashboard.templating?.list ?? []) {
    const text = variable.query;
    if (variable.type !== "query" || typeof text !== "string") continue;
    queries.push({
      name: `${id}: variable ${variable.name}`,
      source: sourceOf(variable.datasource?.uid),
      text,
      rows: 1,
    });
  }
  for (const { name, target, datasource } of dashboard.annotations?.list ?? []) {
    const text = (target as Target | undefined)?.query ?? "";
    queries.push({ name: `${id}: annotation ${name}`, source: sourceOf(datasource?.uid), text, rows: 0 });
  }
  return queries;
}

/** Every query of a board with the rows that it states. */
export function everyQuery({ id, language, dashboard, rows }: Board): BoardQuery[] {
  return queriesOf(`${language}/${id}`, dashboard, rows);
}
