import type { AlertDetail, KindDescription } from "@linli/model";
import { Loader } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { kindsQuery, whoQuery } from "../client/queries.ts";
import { useFormats } from "../i18n/format.ts";
import { isKnown, useLive, useNow } from "../live/use-live.ts";
import { LostStrip } from "../shell/live-pill.tsx";
import { QueryFailure } from "../shell/query-failure.tsx";
import { AlertChips } from "./alert-chips.tsx";
import { AlertDeeds } from "./alert-deeds.tsx";
import { Ledger, TimeLine } from "./alert-history.tsx";
import { alertQuery } from "./alert-queries.ts";
import { AlertSteps } from "./alert-steps.tsx";
import { deviceOf, factWords, placeOf, sentenceOf, titleOf } from "./alert-words.ts";
import { deadlineOf } from "./deadline.ts";
import { DeadlineBar } from "./deadline-bar.tsx";
import { Ago } from "./moment.tsx";
import { SeverityMark } from "./severity-mark.tsx";

interface PartProps {
  readonly detail: AlertDetail;
  readonly kind: KindDescription | undefined;
  readonly now: number;
}

function WhoIsOnIt({ detail: { care, names } }: Pick<PartProps, "detail">) {
  const { t } = useTranslation();
  const nameOf = (id: string) => names[id] ?? id;
  if (care?.arrivedBy) return <b>{t("care.arrived", { name: nameOf(care.arrivedBy) })}</b>;
  if (care?.acknowledgedBy) return <b>{t("care.acknowledged", { name: nameOf(care.acknowledgedBy) })}</b>;
  const given = care?.assignee ? t("care.assigned", { name: nameOf(care.assignee) }) : t("care.unacknowledged");
  return <b className="unanswered">{given}</b>;
}

function Head({ detail, kind, now }: PartProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { alert, device } = detail;
  const deadline = deadlineOf(detail);
  const sentence = sentenceOf(detail, { t, formats, kind });
  return (
    <header className="card alert-card alert-head" data-severity={alert.active ? alert.severity : "over"}>
      <p className="alert-marks">
        <SeverityMark severity={alert.severity} size={22} />
        <span className={alert.active ? "tag red" : "tag green"}>
          {t(alert.active ? "alert.active" : alert.endedBy === "cleared" ? "alert.cleared" : "alert.ended")}
        </span>
        <AlertChips item={detail} />
      </p>
      <h1>{titleOf(detail, formats)}</h1>
      {sentence && <p>{sentence}</p>}
      <dl className="alert-facts-grid">
        <div>
          <dt>{t("devices.name")}</dt>
          <dd>
            {device ? (
              <Link to="/" search={{ device: device.id }}>
                {deviceOf(detail)}
              </Link>
            ) : (
              deviceOf(detail)
            )}
          </dd>
        </div>
        <div>
          <dt>{t("device.place")}</dt>
          <dd>{placeOf(detail, formats)}</dd>
        </div>
        <div>
          <dt>{t("alert.since")}</dt>
          <dd>
            {formats.exact(alert.beganAt)} · <Ago at={alert.beganAt} now={now} />
          </dd>
        </div>
        {alert.clearedAt !== null && (
          <div>
            <dt>{t("alert.until")}</dt>
            <dd>{formats.exact(alert.clearedAt)}</dd>
          </div>
        )}
        {alert.active && (
          <div>
            <dt>{t("alert.who")}</dt>
            <dd>
              <WhoIsOnIt detail={detail} />
            </dd>
          </div>
        )}
      </dl>
      {deadline && <DeadlineBar deadline={deadline} now={now} />}
    </header>
  );
}

function Facts({ detail: { alert }, kind }: Omit<PartProps, "now">) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (alert.facts.length === 0) return null;
  return (
    <section className="card alert-card" aria-label={t("alert.why")}>
      <h2>{t("alert.why")}</h2>
      <ul className="plain why">
        {alert.facts.map((fact) => {
          const { label, value, asked } = factWords(fact, { t, formats, kind });
          return (
            <li key={`${fact.what}${fact.asked}`}>
              <span>{label}</span>
              <b>{value ?? t("value.missing")}</b>
              <small>{asked ?? fact.asked}</small>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Detail({ detail, kind, now }: PartProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const who = useQuery(whoQuery);
  return (
    <div className="alert-page">
      <div>
        <Head {...{ detail, kind, now }} />
        {who.data && <AlertDeeds item={detail} who={who.data} now={now} />}
        <Facts {...{ detail, kind }} />
        {detail.rule && (
          <section className="card alert-card" aria-label={t("alert.steps")}>
            <h2>{t("alert.steps")}</h2>
            <AlertSteps markdown={formats.text(detail.rule.steps)} />
          </section>
        )}
      </div>
      <div>
        <section className="card alert-card" aria-label={t("ledger.title")}>
          <h2>{t("ledger.title")}</h2>
          <Ledger detail={detail} />
        </section>
        <section className="card alert-card" aria-label={t("alert.timeLine")}>
          <h2>{t("alert.timeLine")}</h2>
          <TimeLine detail={detail} />
        </section>
      </div>
    </div>
  );
}

/** What happened, who knows, what ends it? */
export function AlertPage({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const live = useLive();
  const now = useNow();
  const kinds = useQuery(kindsQuery);
  const { data, error, isError, refetch } = useQuery(alertQuery(id));
  return (
    <main className={isKnown(live, now) ? "main full" : "main full not-known"}>
      <LostStrip />
      <p className="back">
        <Link to="/alerts">
          <IconArrowLeft size={16} aria-hidden="true" /> {t("alerts.title")}
        </Link>
      </p>
      {data ? (
        <Detail
          detail={data}
          kind={kinds.data?.find((kind) => kind.id === data.device?.kind)}
          now={now + live.clockOffset}
        />
      ) : isError ? (
        <QueryFailure error={error} onRetry={() => void refetch()} />
      ) : (
        <div className="empty">
          <Loader size="sm" aria-label={t("loading")} />
        </div>
      )}
    </main>
  );
}
