import type { Severity } from "@linli/model";
import { useTranslation } from "react-i18next";

const COLOURS: Readonly<Record<Severity, string>> = {
  critical: "var(--red-f)",
  high: "var(--orange-f)",
  medium: "var(--amber-f)",
  low: "var(--slate)",
  informational: "var(--grey)",
};
const BARS = [
  { x: 2, y: 14, height: 8 },
  { x: 9.5, y: 8.5, height: 13.5 },
  { x: 17, y: 3, height: 19 },
];
const FILLED: Readonly<Record<string, number>> = { high: 3, medium: 2, low: 1 };

/** Rising bars; a solid sign for critical, three dots for informational. */
function Shape({ severity }: { readonly severity: Severity }) {
  const colour = COLOURS[severity];
  if (severity === "critical") {
    return (
      <>
        <rect x="1" y="1" width="22" height="22" rx="5" fill={colour} />
        <path d="M12 6v7M12 17.4v.1" stroke="var(--on-fill)" strokeWidth="3" strokeLinecap="round" />
      </>
    );
  }
  if (severity === "informational")
    return [4, 12, 20].map((x) => <circle key={x} cx={x} cy="12" r="2.4" fill={colour} />);
  const filled = FILLED[severity] ?? 0;
  return BARS.map(({ x, y, height }, index) => (
    <rect key={x} x={x} y={y} width="5.4" height={height} rx="1.4" fill={index < filled ? colour : "var(--line2)"} />
  ));
}

/** A severity as shape, word and colour. */
export function SeverityMark({ severity, size = 18 }: { readonly severity: Severity; readonly size?: number }) {
  const { t } = useTranslation();
  return (
    <span className="severity" data-severity={severity}>
      <svg viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
        <Shape severity={severity} />
      </svg>
      {t(`severity.${severity}`)}
    </span>
  );
}
