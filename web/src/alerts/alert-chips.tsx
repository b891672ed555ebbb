import type { AlertItem } from "@linli/model";
import { useTranslation } from "react-i18next";

/** What else there is to know of an alert's state, each in its own word. */
export function AlertChips({ item: { alert, care } }: { readonly item: AlertItem }) {
  const { t } = useTranslation();
  const suppressed = care?.suppressed;
  return (
    <>
      {alert.drill && <span className="tag violet">{t("alert.drill")}</span>}
      {alert.lifeSafety && <span className="tag red">{t("alert.lifeSafety")}</span>}
      {alert.latched && alert.active && <span className="tag red">{t("alert.latched")}</span>}
      {alert.stale && alert.active && <span className="tag grey">{t("alert.stale")}</span>}
      {suppressed && alert.active && <span className="tag violet">{t(`suppressed.${suppressed.by}`)}</span>}
      {care?.outcome && <span className="tag grey">{t(`outcome.${care.outcome}`)}</span>}
    </>
  );
}
