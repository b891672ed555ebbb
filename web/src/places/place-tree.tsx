import { ActionIcon, NavLink, ScrollArea } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Count } from "../shell/count.tsx";
import type { PlaceNode } from "./tree.ts";

interface PlaceTreeProps {
  readonly roots: readonly PlaceNode[];
  readonly selected: string | undefined;
  readonly counts: ReadonlyMap<string, { readonly total: number; readonly unwell: number }>;
  readonly total: number;
  readonly onSelect: (placeId: string | undefined) => void;
}

/** Open to the compounds at first: a hundred buildings are one tap away, not in the way. */
const OPEN_LEVELS = new Set(["subdistrict", "community"]);

function Branch({
  node,
  depth,
  ...rest
}: { readonly node: PlaceNode; readonly depth: number } & Omit<PlaceTreeProps, "roots">) {
  const { t } = useTranslation();
  const { place, children } = node;
  const [open, setOpen] = useState(OPEN_LEVELS.has(place.level));
  const count = rest.counts.get(place.id);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <li>
      <div style={{ display: "flex", alignItems: "center", paddingLeft: depth * 14 }}>
        {children.length > 0 ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            aria-expanded={open}
            aria-label={t(open ? "places.collapse" : "places.expand", { name: place.name })}
            onClick={() => setOpen(!open)}
          >
            <Chevron size={16} />
          </ActionIcon>
        ) : (
          <span style={{ width: 24, flex: "none" }} />
        )}
        <NavLink
          component="button"
          label={place.name}
          active={rest.selected === place.id}
          aria-current={rest.selected === place.id ? "true" : undefined}
          onClick={() => rest.onSelect(place.id)}
          rightSection={count && <Count total={count.total} unwell={count.unwell} />}
          py={4}
          px={8}
          className="place-link"
        />
      </div>
      {open && children.length > 0 && (
        <ul className="plain">
          {children.map((child) => (
            <Branch key={child.place.id} node={child} depth={depth + 1} {...rest} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** The places from the subdistrict down, each with its devices and how many of them are not online. */
export function PlaceTree({ roots, ...rest }: PlaceTreeProps) {
  const { t } = useTranslation();
  return (
    <ScrollArea.Autosize mah="100%" type="auto">
      <nav aria-label={t("places.title")}>
        <ul className="plain">
          <li>
            <NavLink
              component="button"
              label={t("places.all")}
              active={rest.selected === undefined}
              aria-current={rest.selected === undefined ? "true" : undefined}
              onClick={() => rest.onSelect(undefined)}
              rightSection={<Count total={rest.total} unwell={0} />}
              py={4}
              px={8}
              className="place-link"
            />
          </li>
          {roots.map((node) => (
            <Branch key={node.place.id} node={node} depth={0} {...rest} />
          ))}
        </ul>
      </nav>
    </ScrollArea.Autosize>
  );
}
