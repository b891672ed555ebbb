import { CONNECTIONS, type Connection } from "@linli/model";
import { useTranslation } from "react-i18next";
import { ConnectionMark } from "./connection-mark.tsx";

const FILLS: Readonly<Record<Connection, string>> = {
  online: "var(--green-f)",
  late: "var(--amber-f)",
  offline: "",
  sleeping: "var(--violet)",
  unknown: "",
};

/** Shares of the connections as one bar; what is silent is hatched, never coloured. */
export function ConnectionBar({
  counts,
  known,
}: {
  readonly counts: Readonly<Record<Connection, number>>;
  readonly known: boolean;
}) {
  const shares = CONNECTIONS.map((connection) => ({ connection, count: counts[connection] })).filter(
    ({ count }) => count > 0,
  );
  return (
    <div className="bar" aria-hidden="true">
      {shares.map(({ connection, count }) => (
        <i
          key={connection}
          className={!known || FILLS[connection] === "" ? "hatched" : undefined}
          style={{ flexGrow: count, background: known ? FILLS[connection] || undefined : undefined }}
        />
      ))}
    </div>
  );
}

/** The counts beside the bar, each a filter. */
export function ConnectionLegend({
  counts,
  known,
  selected,
  onSelect,
}: {
  readonly counts: Readonly<Record<Connection, number>>;
  readonly known: boolean;
  readonly selected: Connection | undefined;
  readonly onSelect: (connection: Connection | undefined) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="legend">
      {CONNECTIONS.filter((connection) => counts[connection] > 0 || connection === selected).map((connection) => (
        <button
          key={connection}
          type="button"
          className="legend-item"
          aria-pressed={selected === connection}
          onClick={() => onSelect(selected === connection ? undefined : connection)}
        >
          <ConnectionMark connection={known ? connection : "unknown"} bare />
          {t(`connection.${connection}`)} <b>{counts[connection]}</b>
        </button>
      ))}
    </div>
  );
}
