import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { openCountsQuery } from "../alerts/open-counts.ts";
import { isKnown, useLive } from "../live/use-live.ts";

/** How many alerts are open, as far as that is known: red when one is critical, a dash when nobody can say. */
function OpenAlerts({ now }: { readonly now: number }) {
  const { t } = useTranslation();
  const live = useLive();
  const { data, isError } = useQuery(openCountsQuery);
  if (data === undefined && !isError) return null;
  const known = data !== undefined && !isError && isKnown(live, now);
  const total = Object.values(data ?? {}).reduce((sum, n) => sum + n, 0);
  const state = !known ? "unknown" : total === 0 ? "none" : (data?.critical ?? 0) > 0 ? "critical" : "open";
  return (
    <span
      className="badge"
      data-state={state}
      title={known ? t("alerts.badge", { n: total }) : t("alerts.badgeUnknown")}
    >
      {known ? total : t("value.missing")}
    </span>
  );
}

/** The ways between the pages. */
export function MainNav({ now }: { readonly now: number }) {
  const { t } = useTranslation();
  return (
    <nav className="main-nav" aria-label={t("nav.title")}>
      <Link to="/" activeOptions={{ exact: true, includeSearch: false }}>
        {t("devices.title")}
      </Link>
      <Link to="/alerts" activeOptions={{ includeSearch: false }}>
        {t("alerts.title")} <OpenAlerts now={now} />
      </Link>
    </nav>
  );
}
