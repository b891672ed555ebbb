import type { AlertAction, AlertDetail, LedgerEntry } from "@linli/model";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "../i18n/format.ts";
import { readLedger } from "./ledger-lines.ts";
import { At } from "./moment.tsx";
import { momentsOf } from "./time-line.ts";

interface HistoryProps {
  readonly detail: Pick<AlertDetail, "timeLine" | "names">;
}

function useDeedWords(names: AlertDetail["names"]) {
  const { t } = useTranslation();
  const formats = useFormats();
  return ({ deed }: AlertAction): { readonly what: string; readonly text: string | undefined } => {
    const text = "text" in deed ? deed.text : undefined;
    switch (deed.type) {
      case "assign": {
        const { personId } = deed;
        return personId === null
          ? { what: t("deed.unassigned"), text }
          : { what: t("deed.assigned", { name: names[personId] ?? personId }), text };
      }
      case "close":
        return { what: t("deed.closed", { outcome: t(`outcome.${deed.outcome}`) }), text };
      case "snooze":
      case "known":
        return { what: t(`deed.${deed.type}Until`, { time: formats.exact(deed.until) }), text };
      case "acknowledge":
      case "unacknowledge":
      case "arrived":
      case "comment":
        return { what: t(`deed.did.${deed.type}`), text };
    }
  };
}

/** What was decided, and what people did about it; newest first. */
export function TimeLine({ detail: { timeLine, names } }: HistoryProps) {
  const { t } = useTranslation();
  const words = useDeedWords(names);
  const moments = useMemo(() => momentsOf(timeLine), [timeLine]);
  return (
    <ol className="time-line plain">
      {moments.map((moment) => {
        if ("change" in moment) {
          const { change, severity, reason } = moment.change;
          return (
            <li key={moment.key}>
              <At at={moment.at} />
              <span>
                <b>{t(`change.${change}`, { severity: t(`severity.${severity}`) })}</b>
                <small>{reason}</small>
              </span>
            </li>
          );
        }
        const { what, text } = words(moment.action);
        const { by } = moment.action;
        return (
          <li key={moment.key}>
            <At at={moment.at} />
            <span>
              <b>{names[by.id] ?? by.id}</b> {what}
              {text && <small>{text}</small>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function Line({ line, names }: { readonly line: LedgerEntry; readonly names: AlertDetail["names"] }) {
  const { t } = useTranslation();
  const { personId, channelId, verdict, reason, occasion, about, at } = line;
  const who = personId === null ? t("ledger.room") : (names[personId] ?? personId);
  return (
    <li data-verdict={verdict}>
      <At at={at} />
      <span>
        <b>{who}</b> {channelId && <span className="tag grey">{channelId}</span>}{" "}
        <span>
          {t(`ledger.verdict.${verdict}`)} · {t(`ledger.occasion.${occasion}`)} · {t(`ledger.reason.${reason}`)}
        </span>
        {about && <small>{about}</small>}
      </span>
    </li>
  );
}

/** Who was told, and who was not; each with its reason. */
export function Ledger({ detail: { timeLine, names } }: HistoryProps) {
  const { t } = useTranslation();
  const { told, notTold } = useMemo(() => readLedger(timeLine.ledger), [timeLine.ledger]);
  const parts = [
    ["told", told],
    ["notTold", notTold],
  ] as const;
  return parts.map(([name, lines]) => (
    <section key={name} className="ledger-part" aria-label={t(`ledger.${name}`)}>
      <h3>
        {t(`ledger.${name}`)} <small>{lines.length}</small>
      </h3>
      {lines.length === 0 ? (
        <p className="nobody">{t(`ledger.${name}Nobody`)}</p>
      ) : (
        <ol className="time-line plain">
          {lines.map((line) => (
            <Line key={line.seq} line={line} names={names} />
          ))}
        </ol>
      )}
    </section>
  ));
}
