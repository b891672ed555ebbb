import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { platformQuery } from "../client/queries.ts";
import { useFormats } from "../i18n/format.ts";

/** What is wrong with Linli itself; nothing when nothing is. */
export function FaultStrip() {
  const { t } = useTranslation();
  const formats = useFormats();
  const { data } = useQuery(platformQuery);
  if (!data || data.faults.length === 0) return null;
  return (
    <div className="strip bad" role="alert">
      {t("platform.faults", { count: data.faults.length })}
      <ul>
        {data.faults.map(({ code, subject, detail, since }) => (
          <li key={`${code}:${subject}`}>
            {subject}: {detail} ({code}, {t("platform.since", { time: formats.clock(since) })})
          </li>
        ))}
      </ul>
    </div>
  );
}
