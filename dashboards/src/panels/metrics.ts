import { VisibilityMode } from "@grafana/grafana-foundation-sdk/common";
import { MappingType, type ValueMapping } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as Lanes } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as Lines } from "@grafana/grafana-foundation-sdk/timeseries";
import type { Bilingual } from "@linli/model";
import type { Context, Part } from "../board.ts";
import { promQuery } from "../parts/prom-query.ts";
import { sourceRef } from "../parts/sources.ts";
import { TEXTS } from "../texts.ts";
import { COLOURS } from "./panel-facts.ts";
import { refIdOf } from "./silence.ts";

interface Metric {
  readonly title: Bilingual;
  readonly unit: string;
  /** Legend by expression of PromQL. */
  readonly lines: Readonly<Record<string, string>>;
  /** 0 where a healthy platform has no such series yet. */
  readonly rows?: number;
}

/** A metric of the platform over time. */
export function metric({ title, unit, lines, rows = 1 }: Metric, { say }: Context): Part {
  const panel = new Lines()
    .title(say(title))
    .datasource(sourceRef("prometheus"))
    .span(8)
    .height(8)
    .unit(unit)
    .min(0)
    .lineWidth(1)
    .showPoints(VisibilityMode.Never);
  for (const [index, [expr, legend]] of Object.entries(lines).entries())
    panel.withTarget(promQuery(expr, legend, refIdOf(index)));
  return { panel, rows };
}

/** Lanes of a metric that is 1 while all is well. */
export function wellOrNot(title: Bilingual, lines: Readonly<Record<string, string>>, { say }: Context): Part {
  const words: ValueMapping = {
    type: MappingType.ValueToText,
    options: {
      "0": { text: say(TEXTS.no), color: COLOURS.bad, index: 0 },
      "1": { text: say(TEXTS.yes), color: COLOURS.good, index: 1 },
    },
  };
  const panel = new Lanes()
    .title(say(title))
    .datasource(sourceRef("prometheus"))
    .span(8)
    .height(8)
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .mappings([words]);
  for (const [index, [expr, legend]] of Object.entries(lines).entries())
    panel.withTarget(promQuery(expr, legend, refIdOf(index)));
  return { panel, rows: 1 };
}
