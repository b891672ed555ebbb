import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import { type DashboardLink, DashboardLinkBuilder, DashboardLinkType } from "@grafana/grafana-foundation-sdk/dashboard";
import { folderOf, type Language, type Say } from "../language.ts";
import { TEXTS } from "../texts.ts";

type Link = Builder<DashboardLink>;

/** From board to board of one language, with the time and what is chosen. */
export function boardsLink(language: Language, say: Say): Link {
  return new DashboardLinkBuilder(say(TEXTS.boards))
    .type(DashboardLinkType.Dashboards)
    .tags([folderOf(language)])
    .asDropdown(true)
    .keepTime(true)
    .includeVars(true);
}

/** The web interface, at the devices of a kind or at all of them. */
export function webLink(kind: string | undefined, say: Say): Link {
  return new DashboardLinkBuilder(say(TEXTS.openInLinli))
    .type(DashboardLinkType.Link)
    .icon("external link")
    .url(`\${linli}/${kind === undefined ? "" : `?kind=${kind}`}`)
    .targetBlank(true);
}

/** From a row or a line of one device to its page; `from` is where the row has the device's id. */
export function deviceLink(say: Say, from: "field" | "label" = "field"): Link {
  const id = from === "field" ? "__data.fields.device" : "__field.labels.device";
  return new DashboardLinkBuilder(say(TEXTS.deviceInLinli)).url(`\${linli}/?device=\${${id}}`).targetBlank(true);
}
