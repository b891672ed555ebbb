import { useTranslation } from "react-i18next";
import { useFormats } from "../i18n/format.ts";
import { useLive } from "../live/use-live.ts";

/** Whether what is shown is live, and how old it is. */
export function LivePill({ now }: { readonly now: number }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { status, heardAt } = useLive();
  const colour = { live: "var(--green-f)", connecting: "var(--grey-f)", lost: "var(--amber-f)" }[status];
  const words = status === "live" ? t("live.live", { age: formats.age(heardAt, now) }) : t(`live.${status}`);
  return (
    <span className="live" role="status" data-live={status}>
      <svg viewBox="0 0 12 12" width="10" height="10" aria-hidden="true">
        <circle cx="6" cy="6" r="5" fill={colour} />
      </svg>
      {words}
    </span>
  );
}

/** Says across the page that the stream is lost, and of when the data is. */
export function LostStrip() {
  const { t } = useTranslation();
  const formats = useFormats();
  const { status, heardAt } = useLive();
  if (status !== "lost") return null;
  return (
    <div className="strip" role="alert">
      {heardAt === 0 ? t("live.stripNever") : t("live.strip", { time: formats.clock(heardAt) })}
    </div>
  );
}
