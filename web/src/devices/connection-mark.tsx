import type { Connection } from "@linli/model";
import { useTranslation } from "react-i18next";

const ring = { cx: 12, cy: 12, r: 8.5, fill: "none", strokeWidth: 2.6 };

/** Shape first, colour second: dot, clock, slashed ring, half moon, dashed ring. */
function Shape({ connection }: { readonly connection: Connection }) {
  switch (connection) {
    case "online":
      return <circle cx="12" cy="12" r="7" fill="var(--green-f)" />;
    case "late":
      return (
        <>
          <circle {...ring} stroke="var(--amber-f)" />
          <path d="M12 7.5V12l3 2" fill="none" stroke="var(--amber-f)" strokeWidth="2.4" strokeLinecap="round" />
        </>
      );
    case "offline":
      return (
        <>
          <circle {...ring} stroke="var(--grey-f)" />
          <path d="M6 18L18 6" stroke="var(--grey-f)" strokeWidth="2.6" />
        </>
      );
    case "sleeping":
      return <path d="M12 3a9 9 0 1 0 9 9 7 7 0 0 1-9-9z" fill="var(--violet)" />;
    case "unknown":
      return <circle {...ring} stroke="var(--grey-f)" strokeDasharray="3.4 2.6" />;
  }
}

/** A connection as shape, word and colour. */
export function ConnectionMark({
  connection,
  bare = false,
}: {
  readonly connection: Connection;
  readonly bare?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 6, whiteSpace: "nowrap" }}>
      <svg viewBox="0 0 24 24" width="14" height="14" aria-hidden="true">
        <Shape connection={connection} />
      </svg>
      {!bare && t(`connection.${connection}`)}
    </span>
  );
}
