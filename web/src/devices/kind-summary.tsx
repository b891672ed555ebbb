import type { KindDescription } from "@linli/model";
import { useFormats } from "../i18n/format.ts";
import { Count } from "../shell/count.tsx";
import { KindIcon } from "./kind-icon.tsx";
import type { DeviceRow } from "./rows.ts";

interface KindSummaryProps {
  readonly rows: readonly DeviceRow[];
  readonly kinds: ReadonlyMap<string, KindDescription>;
  readonly selected: string | undefined;
  readonly onSelect: (kind: string | undefined) => void;
}

/** How many devices there are of each kind, and how many of them are not online; each a filter. */
export function KindSummary({ rows, kinds, selected, onSelect }: KindSummaryProps) {
  const formats = useFormats();
  const groups = Map.groupBy(rows, ({ device }) => device.kind);
  return (
    <div className="legend" style={{ marginTop: 6 }}>
      {[...kinds.values()]
        .filter(({ id }) => groups.has(id) || id === selected)
        .map(({ id, label }) => {
          const group = groups.get(id) ?? [];
          const unwell = group.filter(({ connection }) => connection !== "online" && connection !== "sleeping").length;
          return (
            <button
              key={id}
              type="button"
              className="legend-item"
              aria-pressed={selected === id}
              onClick={() => onSelect(selected === id ? undefined : id)}
            >
              <KindIcon kind={id} size={16} />
              {formats.text(label)} <Count total={group.length} unwell={unwell} />
            </button>
          );
        })}
    </div>
  );
}
