import { useTranslation } from "react-i18next";
import type { Deadline } from "./deadline.ts";

const MINUTE = 60_000;

/** A length of time in its two largest units. */
function useSpan(): (ms: number) => string {
  const { t } = useTranslation();
  return (ms) => {
    const minutes = Math.floor(Math.max(0, ms) / MINUTE);
    if (minutes === 0) return t("span.seconds", { n: Math.floor(Math.max(0, ms) / 1_000) });
    if (minutes < 60) return t("span.minutes", { n: minutes });
    const hours = Math.floor(minutes / 60);
    if (hours < 48) return t("span.hours", { n: hours, m: minutes % 60 });
    return t("span.days", { n: Math.floor(hours / 24), h: hours % 24 });
  };
}

/** What has to happen next and how much of its time is left; in words and as a bar. */
export function DeadlineBar({ deadline, now }: { readonly deadline: Deadline; readonly now: number }) {
  const { t } = useTranslation();
  const span = useSpan();
  const { what, from, at } = deadline;
  const used = Math.min(1, Math.max(0, (now - from) / (at - from)));
  const state = now > at ? "over" : used > 0.75 ? "soon" : "fine";
  return (
    <span className="deadline" data-state={state}>
      {state === "over"
        ? t(`deadline.${what}Over`, { span: span(now - at) })
        : t(`deadline.${what}Left`, { span: span(at - now) })}
      <i>
        <i style={{ width: `${used * 100}%` }} />
      </i>
    </span>
  );
}
