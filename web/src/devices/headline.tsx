import { CONNECTIONS, type Connection } from "@linli/model";
import { useTranslation } from "react-i18next";
import { useFormats } from "../i18n/format.ts";

interface HeadlineProps {
  readonly counts: Readonly<Record<Connection, number>>;
  readonly total: number;
  readonly places: number;
  readonly known: boolean;
  /** By the server's clock. */
  readonly now: number;
  readonly heardAt: number;
}

const UNWELL = CONNECTIONS.filter((connection) => connection !== "online");

/** The answer in words, before any figure. */
export function Headline({ counts, total, places, known, now, heardAt }: HeadlineProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const sentence = () => {
    if (total === 0) return t("headline.empty");
    if (!known) return t("headline.notKnown", { time: formats.clock(heardAt) });
    if (counts.online === total) return t("headline.allOnline", { count: total });
    const parts = UNWELL.filter((connection) => counts[connection] > 0);
    const rest = parts.map((connection) => t(`headline.${connection as "late"}`, { count: counts[connection] }));
    return t("headline.some", { online: counts.online, rest: rest.join(t("headline.join")) });
  };
  return (
    <div className="headline">
      <h1>{sentence()}</h1>
      <p>{t("headline.sub", { date: formats.date(now), places, devices: total })}</p>
    </div>
  );
}
