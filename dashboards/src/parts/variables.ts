import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableHide,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { chosenOutside, type TAGS } from "../influxql/scope.ts";
import type { Say } from "../language.ts";
import { TEXTS } from "../texts.ts";
import { SOURCES, type Source, sourceRef } from "./sources.ts";

type Tag = (typeof TAGS)[number];
type Variable = Builder<VariableModel>;

export function sourceVariable(source: Source, say: Say): Variable {
  const { type, name } = SOURCES[source];
  return new DatasourceVariableBuilder(source)
    .label(say(TEXTS[source]))
    .type(type)
    .regex(`/^${name}$|^(?!Linli )/`)
    .current({ text: name, value: SOURCES[source].uid })
    .hide(VariableHide.InControlsMenu);
}

/** Where the web interface is, for the links to it. */
export function webVariable(say: Say): Variable {
  return new TextBoxVariableBuilder("linli")
    .label(say(TEXTS.web))
    .defaultValue("http://localhost:8080")
    .current({ text: "http://localhost:8080", value: "http://localhost:8080" })
    .hide(VariableHide.InControlsMenu);
}

/**
 * Values of a tag within what is chosen outside of it. `.*` for all of them: what stands outside a building has no such
 * tag, and only an expression that matches nothing finds it.
 */
export function tagVariable(tag: Tag, from: string, say: Say): Variable {
  const outside = chosenOutside(tag);
  const query = `SHOW TAG VALUES FROM ${from} WITH KEY = "${tag}"${outside === "" ? "" : ` WHERE ${outside}`}`;
  return new QueryVariableBuilder(tag)
    .label(say(TEXTS[tag]))
    .datasource(sourceRef("raw"))
    .query(query)
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc)
    .multi(true)
    .includeAll(true)
    .allValue(".*")
    .current({ text: [say(TEXTS.all)], value: ["$__all"] });
}

/** One line per device, or per place. */
export function perVariable(tags: readonly [Tag, ...Tag[]], say: Say): Variable {
  const [first] = tags;
  return new CustomVariableBuilder("per")
    .label(say(TEXTS.per))
    .values(tags.map((tag) => `${say(TEXTS[tag])} : ${tag}`).join(", "))
    .current({ text: say(TEXTS[first]), value: first })
    .options(tags.map((tag) => ({ text: say(TEXTS[tag]), value: tag, selected: tag === first })));
}
