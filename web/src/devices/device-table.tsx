import type { KindDescription } from "@linli/model";
import { Button, Group, Pagination, Table, Text, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "../i18n/format.ts";
import { placeName } from "../places/tree.ts";
import { ConnectionMark } from "./connection-mark.tsx";
import { KindIcon } from "./kind-icon.tsx";
import type { DeviceRow } from "./rows.ts";
import { declarationOf, headlinePoints, pointLabel, valueText } from "./value.tsx";

const PAGE = 50;
const VALUES_SHOWN = 3;

interface DeviceTableProps {
  readonly rows: readonly DeviceRow[];
  readonly total: number;
  readonly kinds: ReadonlyMap<string, KindDescription>;
  /** The server's time. */
  readonly now: number;
  /** False: what is shown may no longer be so. */
  readonly known: boolean;
  readonly filtered: boolean;
  readonly onOpen: (deviceId: string) => void;
  readonly onClear: () => void;
}

function Values({ row, kind }: { readonly row: DeviceRow; readonly kind: KindDescription | undefined }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const points = row.state?.points ?? {};
  const names = headlinePoints(kind, points, VALUES_SHOWN);
  if (names.length === 0) return <span style={{ color: "var(--text3)" }}>{t("value.missing")}</span>;
  return (
    <Group gap="4px 14px" wrap="wrap">
      {names.map((name) => {
        const state = points[name];
        const declared = declarationOf(kind, row.device, name);
        const usable = state?.quality === "good" || state?.quality === "unknown";
        return (
          <span key={name} style={{ color: usable ? "var(--text)" : "var(--text3)" }}>
            <span style={{ color: "var(--text3)", fontSize: 12 }}>{pointLabel(name, declared, formats)} </span>
            {state && valueText(state, declared, formats, t)}
          </span>
        );
      })}
    </Group>
  );
}

function Row({
  row,
  kind,
  now,
  known,
  onOpen,
}: { readonly row: DeviceRow; readonly kind: KindDescription | undefined } & Pick<
  DeviceTableProps,
  "now" | "known" | "onOpen"
>) {
  const formats = useFormats();
  const lastSeenAt = row.state?.lastSeenAt ?? null;
  return (
    <Table.Tr>
      <Table.Td>
        <UnstyledButton className="row-link" onClick={() => onOpen(row.device.id)}>
          <KindIcon kind={row.device.kind} />
          <span>
            <b>{row.device.name}</b>
            <small>{kind ? formats.text(kind.label) : row.device.kind}</small>
          </span>
        </UnstyledButton>
      </Table.Td>
      <Table.Td className="wide">{placeName(row.path, formats.language)}</Table.Td>
      <Table.Td>
        <ConnectionMark connection={known ? row.connection : "unknown"} />
      </Table.Td>
      <Table.Td className="wide">
        <Values row={row} kind={kind} />
      </Table.Td>
      <Table.Td>
        <time
          dateTime={lastSeenAt === null ? undefined : new Date(lastSeenAt).toISOString()}
          title={lastSeenAt === null ? undefined : formats.exact(lastSeenAt)}
          style={{ color: "var(--text2)", whiteSpace: "nowrap" }}
        >
          {formats.age(lastSeenAt, now)}
        </time>
      </Table.Td>
    </Table.Tr>
  );
}

function Empty({ filtered, onClear }: Pick<DeviceTableProps, "filtered" | "onClear">) {
  const { t } = useTranslation();
  return (
    <div className="empty">
      <Text fw={600}>{t(filtered ? "devices.emptyTitle" : "headline.empty")}</Text>
      <Text c="dimmed" size="sm">
        {t(filtered ? "devices.emptyHint" : "devices.none")}
      </Text>
      {filtered && (
        <Button mt="sm" variant="default" size="xs" onClick={onClear}>
          {t("devices.clear")}
        </Button>
      )}
    </div>
  );
}

/** Devices with their live state, most troubling first, fifty to a page. */
export function DeviceTable({ rows, total, kinds, now, known, filtered, onOpen, onClear }: DeviceTableProps) {
  const { t } = useTranslation();
  const [wanted, setPage] = useState(1);
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const page = Math.min(wanted, pages);
  if (rows.length === 0) return <Empty filtered={filtered} onClear={onClear} />;
  return (
    <>
      <Table
        className={known ? "devices" : "devices not-known"}
        verticalSpacing={6}
        horizontalSpacing={16}
        aria-rowcount={rows.length}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("devices.name")}</Table.Th>
            <Table.Th className="wide">{t("devices.place")}</Table.Th>
            <Table.Th>{t("devices.connection")}</Table.Th>
            <Table.Th className="wide">{t("devices.values")}</Table.Th>
            <Table.Th>{t("devices.lastData")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.slice((page - 1) * PAGE, page * PAGE).map((row) => (
            <Row
              key={row.device.id}
              row={row}
              kind={kinds.get(row.device.kind)}
              now={now}
              known={known}
              onOpen={onOpen}
            />
          ))}
        </Table.Tbody>
      </Table>
      <Group justify="space-between" px={16} py={10}>
        <Text size="xs" c="dimmed">
          {t("devices.count", { shown: rows.length, total })}
        </Text>
        {pages > 1 && (
          <Pagination
            size="sm"
            value={page}
            onChange={setPage}
            total={pages}
            getControlProps={(control) => ({
              "aria-label": t(control === "previous" ? "devices.previousPage" : "devices.nextPage"),
            })}
            getItemProps={(number) => ({ "aria-label": t("devices.page", { page: number }) })}
          />
        )}
      </Group>
    </>
  );
}
