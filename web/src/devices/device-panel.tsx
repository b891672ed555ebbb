import type { KindDescription } from "@linli/model";
import { Drawer, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "../i18n/format.ts";
import { placeName } from "../places/tree.ts";
import { ConnectionMark } from "./connection-mark.tsx";
import { KindIcon } from "./kind-icon.tsx";
import type { DeviceRow } from "./rows.ts";
import { declarationOf, pointLabel, valueText } from "./value.tsx";

interface DevicePanelProps {
  readonly row: DeviceRow | undefined;
  readonly kind: KindDescription | undefined;
  readonly now: number;
  readonly known: boolean;
  readonly onClose: () => void;
}

function Facts({ row, kind, now, known }: Omit<DevicePanelProps, "onClose"> & { readonly row: DeviceRow }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { device, state } = row;
  const facts: readonly (readonly [string, string])[] = [
    [t("device.id"), device.id],
    [t("device.kind"), kind ? formats.text(kind.label) : device.kind],
    [t("device.place"), placeName(row.path, formats.language)],
    ...(device.gatewayId ? [[t("device.gateway"), device.gatewayId] as const] : []),
    [t("device.lastSeen"), formats.age(state?.lastSeenAt ?? null, now)],
    ...Object.entries(device.tags),
  ];
  return (
    <>
      <p style={{ margin: "0 0 12px", display: "flex", gap: 10, alignItems: "center" }}>
        <ConnectionMark connection={known ? row.connection : "unknown"} />
        {state && (
          <span style={{ color: "var(--text3)" }}>
            {t("device.connectionSince", { time: formats.exact(state.connectionSince) })}
          </span>
        )}
      </p>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Points({ row, kind, now }: Pick<DevicePanelProps, "kind" | "now"> & { readonly row: DeviceRow }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const points = Object.entries(row.state?.points ?? {});
  if (points.length === 0) return <Text c="dimmed">{t("device.noPoints")}</Text>;
  const order = Object.keys(kind?.points ?? {});
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return (
    <Table verticalSpacing={4} horizontalSpacing={8}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("device.point")}</Table.Th>
          <Table.Th>{t("device.value")}</Table.Th>
          <Table.Th style={{ whiteSpace: "nowrap" }}>{t("device.quality")}</Table.Th>
          <Table.Th style={{ whiteSpace: "nowrap" }}>{t("device.observed")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {points
          .toSorted(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
          .map(([name, state]) => {
            const declared = declarationOf(kind, row.device, name);
            return (
              <Table.Tr key={name} style={{ color: state.quality === "good" ? undefined : "var(--text3)" }}>
                <Table.Td title={declared ? name : t("device.extraPoint")}>
                  {pointLabel(name, declared, formats)}
                </Table.Td>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{valueText(state, declared, formats, t)}</Table.Td>
                <Table.Td style={{ whiteSpace: "nowrap" }}>{t(`quality.${state.quality}`)}</Table.Td>
                <Table.Td title={formats.exact(state.observedAt)} style={{ whiteSpace: "nowrap" }}>
                  {formats.age(state.observedAt, now)}
                </Table.Td>
              </Table.Tr>
            );
          })}
      </Table.Tbody>
    </Table>
  );
}

/** One device beside the list: what it is, how it is, and every value with its quality and age. */
export function DevicePanel({ row, kind, now, known, onClose }: DevicePanelProps) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={row !== undefined}
      onClose={onClose}
      position="right"
      size={560}
      closeButtonProps={{ "aria-label": t("device.close") }}
      title={
        row && (
          <span style={{ display: "flex", gap: 8, alignItems: "center", fontWeight: 600, fontSize: 16 }}>
            <KindIcon kind={row.device.kind} size={20} />
            {row.device.name}
          </span>
        )
      }
    >
      {row && (
        <>
          <Facts row={row} kind={kind} now={now} known={known} />
          <h3 style={{ fontSize: 14, margin: "20px 0 8px" }}>{t("device.points")}</h3>
          <Points row={row} kind={kind} now={now} />
        </>
      )}
    </Drawer>
  );
}
