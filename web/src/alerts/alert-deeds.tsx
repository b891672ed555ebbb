import { type AlertItem, OUTCOMES, type Outcome, ROUTES, type Who } from "@linli/model";
import { Button, Select, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem, call } from "../client/client.ts";
import { namesQuery } from "./alert-queries.ts";
import { mayAt } from "./rights.ts";

const HOUR = 3_600_000;
const SNOOZES = [1, 4, 12] as const;
const KNOWN_DAYS = [1, 7, 30] as const;

type Asked = "assign" | "comment" | "snooze" | "known" | "close";

interface DeedsProps {
  readonly item: AlertItem;
  readonly who: Who;
  /** The server's time. */
  readonly now: number;
}

/** Sends what is done and reads again what came of it; a refusal stays until the next try. */
function useDeed(onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (send: () => Promise<unknown>) => send(),
    onSuccess: onDone,
    onSettled: () => queries.invalidateQueries({ queryKey: ["alerts"] }),
  });
}

function Refusal({ error }: { readonly error: Error | null }) {
  const { t } = useTranslation();
  if (error === null) return null;
  const problems = error instanceof ApiProblem ? (error.details?.problems ?? []) : [];
  const heading = error instanceof ApiProblem && error.status === 409 ? t("deed.conflict") : t("deed.refused");
  return (
    <div className="refusal" role="alert">
      <b>{heading}</b> {error.message}
      {problems.map(({ field, message }) => (
        <small key={field}>
          {field}: {message}
        </small>
      ))}
    </div>
  );
}

interface FormProps extends DeedsProps {
  readonly asked: Asked;
  readonly isSending: boolean;
  readonly onSend: (send: () => Promise<unknown>) => void;
  readonly onCancel: () => void;
}

/** What a deed has to be told beside that it is done. */
function DeedForm({ item, who, now, asked, isSending, onSend, onCancel }: FormProps) {
  const { t } = useTranslation();
  const names = useQuery(namesQuery);
  const [text, setText] = useState("");
  const [choice, setChoice] = useState<string | null>(asked === "assign" ? (item.care?.assignee ?? who.id) : null);
  const params = { id: item.alert.id };
  const needsText = asked !== "assign" && asked !== "snooze";
  const choices = {
    assign: (names.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
    comment: undefined,
    snooze: SNOOZES.map((n) => ({ value: String(n * HOUR), label: t("deed.hours", { n }) })),
    known: KNOWN_DAYS.map((n) => ({ value: String(n * 24 * HOUR), label: t("deed.days", { n }) })),
    close: OUTCOMES.map((outcome) => ({ value: outcome, label: t(`outcome.${outcome}`) })),
  }[asked];
  const until = now + Number(choice);
  const send = {
    assign: () => call(ROUTES.assignAlert, { params, body: { personId: choice } }),
    comment: () => call(ROUTES.commentOnAlert, { params, body: { text } }),
    snooze: () => call(ROUTES.snoozeAlert, { params, body: { until } }),
    known: () => call(ROUTES.markAlertKnown, { params, body: { until, text } }),
    close: () => call(ROUTES.closeAlert, { params, body: { outcome: choice as Outcome, text } }),
  }[asked];
  const isReady =
    (!needsText || text.trim() !== "") && (choices === undefined || asked === "assign" || choice !== null);
  return (
    <form
      className="deed-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(send);
      }}
    >
      {choices && (
        <Select
          label={t(`deed.choose.${asked as "assign"}`)}
          data={choices}
          value={choice}
          onChange={setChoice}
          searchable={asked === "assign"}
          clearable={asked === "assign"}
        />
      )}
      {needsText && (
        <Textarea
          label={t("deed.text")}
          autosize
          minRows={2}
          maxLength={2_000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      <div className="deeds">
        <Button type="submit" disabled={!isReady} loading={isSending}>
          {t(`deed.do.${asked}`)}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {t("deed.cancel")}
        </Button>
      </div>
    </form>
  );
}

/** What somebody may do about an alert now; the next step is the large one. */
export function AlertDeeds({ item, who, now }: DeedsProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked>();
  const deed = useDeed(() => setAsked(undefined));
  const { alert, care, place } = item;
  const params = { id: alert.id };
  const isCrew = mayAt(who, "crew", place);
  const isManager = mayAt(who, "manager", place);
  const isPerson = who.type === "person";
  const acknowledged = Boolean(care?.acknowledgedAt);
  const next = !alert.active
    ? undefined
    : !acknowledged
      ? { name: "acknowledge" as const, route: ROUTES.acknowledgeAlert, may: isPerson }
      : care?.arrivedAt
        ? undefined
        : { name: "arrived" as const, route: ROUTES.arriveAtAlert, may: isCrew };
  const others: readonly (readonly [Asked, boolean])[] = [
    ["close", isCrew && (alert.active || !care?.outcome)],
    ["assign", isCrew && alert.active],
    ["comment", isCrew],
    ["snooze", isCrew && alert.active],
    ["known", isManager && alert.active],
  ];
  const offered = others.filter(([, may]) => may);
  if (!next?.may && offered.length === 0) return null;
  return (
    <section className="card alert-card" aria-label={t("deed.title")}>
      {next?.may && (
        <Button
          fullWidth
          size="lg"
          className={next.name === "acknowledge" && alert.severity === "critical" ? "urgent" : undefined}
          loading={deed.isPending && asked === undefined}
          onClick={() => deed.mutate(() => call(next.route, { params }))}
        >
          {t(`deed.do.${next.name}`)}
        </Button>
      )}
      <div className="deeds">
        {offered.map(([name]) => (
          <Button
            key={name}
            variant={asked === name ? "light" : "default"}
            aria-expanded={asked === name}
            onClick={() => {
              deed.reset();
              setAsked(asked === name ? undefined : name);
            }}
          >
            {t(`deed.do.${name}`)}
          </Button>
        ))}
        {acknowledged && alert.active && isCrew && (
          <Button variant="default" onClick={() => deed.mutate(() => call(ROUTES.unacknowledgeAlert, { params }))}>
            {t("deed.do.unacknowledge")}
          </Button>
        )}
      </div>
      {asked && (
        <DeedForm
          key={asked}
          {...{ item, who, now, asked }}
          isSending={deed.isPending}
          onSend={deed.mutate}
          onCancel={() => setAsked(undefined)}
        />
      )}
      <Refusal error={deed.error} />
    </section>
  );
}
