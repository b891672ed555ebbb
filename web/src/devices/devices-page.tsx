import type { KindDescription } from "@linli/model";
import { Loader, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { devicesQuery, kindsQuery, placesQuery } from "../client/queries.ts";
import { useFormats } from "../i18n/format.ts";
import { isKnown, useLive } from "../live/use-live.ts";
import { PlaceTree } from "../places/place-tree.tsx";
import { buildPaths, buildTree, placeName } from "../places/tree.ts";
import { FaultStrip } from "../platform/fault-strip.tsx";
import { LostStrip } from "../shell/live-pill.tsx";
import { QueryFailure } from "../shell/query-failure.tsx";
import { ConnectionBar, ConnectionLegend } from "./connection-bar.tsx";
import { DevicePanel } from "./device-panel.tsx";
import { DeviceTable } from "./device-table.tsx";
import { Headline } from "./headline.tsx";
import { KindSummary } from "./kind-summary.tsx";
import { countConnections, countPlaces, filterRows, makeRows, type RowFilter } from "./rows.ts";

interface DevicesSearch extends RowFilter {
  /** The device opened beside the list. */
  readonly device?: string | undefined;
}

interface DevicesPageProps {
  readonly search: DevicesSearch;
  readonly onSearch: (change: Partial<DevicesSearch>) => void;
  readonly now: number;
}

/** Which devices are there, and which of them are not well? */
export function DevicesPage({ search, onSearch, now }: DevicesPageProps) {
  const { t } = useTranslation();
  const places = useQuery(placesQuery);
  const kindList = useQuery(kindsQuery);
  const devices = useQuery(devicesQuery);
  const formats = useFormats();
  const [placesOpen, setPlacesOpen] = useState(false);
  const live = useLive();
  const known = isKnown(live, now);
  const serverNow = now + live.clockOffset;

  const kinds = useMemo(
    () => new Map((kindList.data ?? []).map((kind: KindDescription) => [kind.id, kind])),
    [kindList.data],
  );
  const roots = useMemo(() => buildTree(places.data ?? []), [places.data]);
  const paths = useMemo(() => buildPaths(places.data ?? []), [places.data]);
  const rows = useMemo(() => makeRows(devices.data ?? [], live.states, paths), [devices.data, live.states, paths]);
  const placeCounts = useMemo(() => countPlaces(rows), [rows]);
  const here = useMemo(() => filterRows(rows, { in: search.in }), [rows, search.in]);
  const q = useDeferredValue(search.q);
  const shown = filterRows(here, { ...search, q });
  const counts = countConnections(here);
  const failed = [places, kindList, devices].find(({ isError }) => isError);
  const filtered = Boolean(search.q || search.kind || search.connection || search.in);

  return (
    <>
      <aside className={placesOpen ? "side" : "side side-closed"}>
        <button
          type="button"
          className="side-toggle"
          aria-expanded={placesOpen}
          onClick={() => setPlacesOpen(!placesOpen)}
        >
          {placeName(paths.get(search.in ?? ""), formats.language) || t("places.all")}
          <span>{t("places.choose")}</span>
        </button>
        <div className="side-places">
          <PlaceTree
            roots={roots}
            selected={search.in}
            counts={placeCounts}
            total={rows.length}
            onSelect={(placeId) => {
              setPlacesOpen(false);
              onSearch({ in: placeId });
            }}
          />
        </div>
      </aside>
      <main className="main">
        <LostStrip />
        <FaultStrip />
        <Headline
          counts={counts}
          total={here.length}
          places={places.data?.length ?? 0}
          known={known}
          now={serverNow}
          heardAt={live.heardAt}
        />
        <div className="summary">
          <section className="card" aria-label={t("connection.title")}>
            <h2>{t("connection.title")}</h2>
            <div className="figure">
              {known ? counts.online : "—"}
              <small>{t("connection.total", { count: here.length })}</small>
            </div>
            <ConnectionBar counts={counts} known={known} />
            <ConnectionLegend
              counts={counts}
              known={known}
              selected={search.connection}
              onSelect={(connection) => onSearch({ connection })}
            />
          </section>
          <section className="card" aria-label={t("kinds.title")}>
            <h2>{t("kinds.title")}</h2>
            <KindSummary rows={here} kinds={kinds} selected={search.kind} onSelect={(kind) => onSearch({ kind })} />
          </section>
        </div>
        <section className="card" aria-label={t("devices.title")}>
          <div className="list-head">
            <h2>{t("devices.title")}</h2>
            <TextInput
              type="search"
              size="sm"
              w={{ base: "100%", xs: 300 }}
              leftSection={<IconSearch size={16} />}
              aria-label={t("devices.search")}
              placeholder={t("devices.search")}
              value={search.q ?? ""}
              onChange={(event) => onSearch({ q: event.currentTarget.value || undefined })}
            />
          </div>
          {failed?.error ? (
            <QueryFailure error={failed.error} onRetry={() => void failed.refetch()} />
          ) : devices.isPending || places.isPending ? (
            <div className="empty">
              <Loader size="sm" aria-label={t("loading")} />
            </div>
          ) : (
            <DeviceTable
              rows={shown}
              total={rows.length}
              kinds={kinds}
              now={serverNow}
              known={known}
              filtered={filtered}
              onOpen={(device) => onSearch({ device })}
              onClear={() => onSearch({ q: undefined, kind: undefined, connection: undefined, in: undefined })}
            />
          )}
        </section>
        <DevicePanel
          row={rows.find(({ device }) => device.id === search.device)}
          kind={kinds.get(rows.find(({ device }) => device.id === search.device)?.device.kind ?? "")}
          now={serverNow}
          known={known}
          onClose={() => onSearch({ device: undefined })}
        />
      </main>
    </>
  );
}
