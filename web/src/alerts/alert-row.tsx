import type { KindDescription } from "@linli/model";
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "../i18n/format.ts";
import { AlertChips } from "./alert-chips.tsx";
import { deviceOf, factsLine, placeOf, titleOf } from "./alert-words.ts";
import { deadlineOf } from "./deadline.ts";
import { DeadlineBar } from "./deadline-bar.tsx";
import { Ago } from "./moment.tsx";
import { SeverityMark } from "./severity-mark.tsx";
import type { SteadyRow } from "./steady-list.ts";

interface AlertRowProps {
  readonly row: SteadyRow;
  readonly kind: KindDescription | undefined;
  readonly nameOf: (personId: string) => string;
  /** The server's time. */
  readonly now: number;
}

function WhoseItIs({ row: { item }, nameOf }: Pick<AlertRowProps, "row" | "nameOf">) {
  const { t } = useTranslation();
  const { alert, care } = item;
  if (!alert.active) return <span>{t(alert.endedBy === "cleared" ? "alert.cleared" : "alert.ended")}</span>;
  const name = care?.arrivedBy ?? care?.acknowledgedBy ?? care?.assignee;
  const person = name ? nameOf(name) : "";
  if (care?.arrivedAt) return <span>{t("care.arrived", { name: person })}</span>;
  if (care?.acknowledgedAt) return <span>{t("care.acknowledged", { name: person })}</span>;
  return (
    <b className="unanswered">{care?.assignee ? t("care.assigned", { name: person }) : t("care.unacknowledged")}</b>
  );
}

/** One alert: what is wrong, where, since when, whose it is. The whole of it opens the alert. */
export const AlertRow = memo(function AlertRow({ row, kind, nameOf, now }: AlertRowProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { item, gone } = row;
  const { alert } = item;
  const deadline = deadlineOf(item);
  const facts = factsLine(item, { t, formats, kind });
  return (
    <li className="alert-row" data-severity={alert.active ? alert.severity : "over"} data-gone={gone || undefined}>
      <SeverityMark severity={alert.severity} />
      <div className="alert-what">
        <Link to="/alerts/$id" params={{ id: alert.id }}>
          {titleOf(item, formats)}
        </Link>
        <AlertChips item={item} />
        {gone && <span className="tag grey">{t("alerts.gone")}</span>}
        <small>
          {[placeOf(item, formats), deviceOf(item)].filter(Boolean).join(" · ")}
          {facts && <span className="alert-facts"> · {facts}</span>}
        </small>
      </div>
      <div className="alert-who">
        <WhoseItIs row={row} nameOf={nameOf} />
      </div>
      <div className="alert-since">
        <Ago at={alert.openedAt} now={now} />
      </div>
      <div className="alert-deadline">{deadline && !gone && <DeadlineBar deadline={deadline} now={now} />}</div>
    </li>
  );
});
