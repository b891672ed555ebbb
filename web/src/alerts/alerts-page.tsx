import { SEVERITIES } from "@linli/model";
import { Button, Loader, SegmentedControl, Select, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { kindsQuery, placesQuery } from "../client/queries.ts";
import { useFormats } from "../i18n/format.ts";
import { isKnown, useLive, useNow } from "../live/use-live.ts";
import { buildPaths, placeName } from "../places/tree.ts";
import { FaultStrip } from "../platform/fault-strip.tsx";
import { LostStrip } from "../shell/live-pill.tsx";
import { QueryFailure } from "../shell/query-failure.tsx";
import { alertsQuery, namesQuery } from "./alert-queries.ts";
import { AlertRow } from "./alert-row.tsx";
import { type AlertSearch, isNarrowed } from "./alert-search.ts";
import { openCountsQuery } from "./open-counts.ts";
import { byUrgency } from "./urgency.ts";
import { useSteady } from "./use-steady.ts";

interface AlertsPageProps {
  readonly search: AlertSearch;
  readonly onSearch: (change: Partial<AlertSearch>) => void;
}

const NOTHING: AlertSearch = {
  severity: undefined,
  acknowledged: undefined,
  kind: undefined,
  rule: undefined,
  incident: undefined,
  in: undefined,
  q: undefined,
};

function Headline() {
  const { t } = useTranslation();
  const formats = useFormats();
  const live = useLive();
  const now = useNow();
  const counts = useQuery(openCountsQuery);
  const known = isKnown(live, now) && !counts.isError;
  const open = SEVERITIES.toReversed()
    .map((severity) => [severity, counts.data?.[severity] ?? 0] as const)
    .filter(([, n]) => n > 0);
  const words = open.map(([severity, n]) => `${t(`severity.${severity}`)} ${n}`).join(t("headline.join"));
  return (
    <div className="headline">
      <h1>
        {!known
          ? t("alerts.notKnown", { time: formats.clock(live.heardAt || now) })
          : counts.isPending
            ? t("loading")
            : open.length === 0
              ? t("alerts.allQuiet")
              : t("alerts.open", { words })}
      </h1>
      <p>{t("alerts.sub")}</p>
    </div>
  );
}

function Filters({ search, onSearch }: AlertsPageProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const kinds = useQuery(kindsQuery);
  const places = useQuery(placesQuery);
  const paths = useMemo(() => buildPaths(places.data ?? []), [places.data]);
  const given = [
    ["rule", search.rule],
    ["incident", search.incident],
  ] as const;
  return (
    <div className="alert-filters">
      <SegmentedControl
        size="sm"
        aria-label={t("alerts.state")}
        value={search.state ?? "open"}
        onChange={(state) => onSearch({ state: state === "open" ? undefined : (state as "all" | "cleared") })}
        data={(["open", "cleared", "all"] as const).map((value) => ({ value, label: t(`alerts.states.${value}`) }))}
      />
      <Select
        size="sm"
        w={130}
        clearable
        aria-label={t("alerts.severity")}
        placeholder={t("alerts.severity")}
        value={search.severity ?? null}
        onChange={(severity) => onSearch({ severity: SEVERITIES.find((one) => one === severity) })}
        data={SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))}
      />
      <Select
        size="sm"
        w={150}
        clearable
        aria-label={t("alerts.answered")}
        placeholder={t("alerts.answered")}
        value={search.acknowledged === undefined ? null : String(search.acknowledged)}
        onChange={(value) => onSearch({ acknowledged: value === null ? undefined : value === "true" })}
        data={(["false", "true"] as const).map((value) => ({ value, label: t(`alerts.answers.${value}`) }))}
      />
      <Select
        size="sm"
        w={180}
        clearable
        searchable
        aria-label={t("device.kind")}
        placeholder={t("device.kind")}
        value={search.kind ?? null}
        onChange={(kind) => onSearch({ kind: kind ?? undefined })}
        data={(kinds.data ?? []).map(({ id, label }) => ({ value: id, label: formats.text(label) }))}
      />
      <Select
        size="sm"
        w={220}
        clearable
        searchable
        limit={100}
        aria-label={t("device.place")}
        placeholder={t("places.all")}
        value={search.in ?? null}
        onChange={(place) => onSearch({ in: place ?? undefined })}
        data={(places.data ?? []).map(({ id, name }) => ({
          value: id,
          label: placeName(paths.get(id), formats.language) || name,
        }))}
      />
      <TextInput
        type="search"
        size="sm"
        w={220}
        leftSection={<IconSearch size={16} />}
        aria-label={t("alerts.search")}
        placeholder={t("alerts.search")}
        value={search.q ?? ""}
        onChange={(event) => onSearch({ q: event.currentTarget.value || undefined })}
      />
      {given.map(
        ([name, value]) =>
          value !== undefined && (
            <Button key={name} variant="light" size="compact-sm" onClick={() => onSearch({ [name]: undefined })}>
              {t(`alerts.only.${name}`, { value })}
            </Button>
          ),
      )}
    </div>
  );
}

function Empty({ search, onSearch }: AlertsPageProps) {
  const { t } = useTranslation();
  const live = useLive();
  const speaking = useMemo(
    () => [...live.states.values()].filter(({ connection }) => connection === "online").length,
    [live.states],
  );
  const narrowed = isNarrowed(search);
  return (
    <div className="empty">
      <Text fw={600}>{t(narrowed ? "alerts.noMatch" : search.state ? "alerts.nonePast" : "alerts.none")}</Text>
      <Text c="dimmed" size="sm">
        {t("alerts.vouch", { online: speaking, total: live.states.size })}
      </Text>
      {narrowed && (
        <Button mt="sm" variant="default" size="xs" onClick={() => onSearch(NOTHING)}>
          {t("devices.clear")}
        </Button>
      )}
    </div>
  );
}

function List({ search, onSearch }: AlertsPageProps) {
  const { t } = useTranslation();
  const live = useLive();
  const now = useNow();
  const q = useDeferredValue(search.q);
  const asked = useMemo(() => ({ ...search, q }), [search, q]);
  const list = useRef<HTMLUListElement>(null);
  const kinds = useQuery(kindsQuery);
  const names = useQuery({ ...namesQuery, retry: false });
  const { data, error, isError, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    alertsQuery(asked),
  );
  const items = useMemo(() => {
    const all = data?.pages.flatMap((page) => page.items) ?? [];
    return asked.state === undefined ? byUrgency(all) : all;
  }, [data, asked.state]);
  const { rows, waiting, release } = useSteady(items, JSON.stringify([asked, data?.pages.length]), list);
  const nameOf = (id: string) => names.data?.find((person) => person.id === id)?.name ?? id;
  const kindOf = new Map((kinds.data ?? []).map((kind) => [kind.id, kind]));
  if (isError && !data) return <QueryFailure error={error} onRetry={() => void refetch()} />;
  if (isPending) {
    return (
      <div className="empty">
        <Loader size="sm" aria-label={t("loading")} />
      </div>
    );
  }
  return (
    <>
      {waiting > 0 && (
        <button type="button" className="more-above" onClick={release}>
          {t("alerts.waiting", { n: waiting })}
        </button>
      )}
      {rows.length === 0 ? (
        <Empty search={search} onSearch={onSearch} />
      ) : (
        <ul className={isKnown(live, now) ? "alert-list plain" : "alert-list plain not-known"} ref={list}>
          {rows.map((row) => (
            <AlertRow
              key={row.item.alert.id}
              row={row}
              kind={kindOf.get(row.item.device?.kind ?? "")}
              nameOf={nameOf}
              now={now + live.clockOffset}
            />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <div className="alert-more">
          <Button variant="default" size="sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("alerts.more")}
          </Button>
        </div>
      )}
    </>
  );
}

/** Which episodes are open, and whose are they? */
export function AlertsPage({ search, onSearch }: AlertsPageProps) {
  const { t } = useTranslation();
  return (
    <main className="main full">
      <LostStrip />
      <FaultStrip />
      <Headline />
      <section className="card" aria-label={t("alerts.title")}>
        <Filters search={search} onSearch={onSearch} />
        <List search={search} onSearch={onSearch} />
      </section>
    </main>
  );
}
