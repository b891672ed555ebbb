import {
  type Icon,
  IconBarbell,
  IconBulb,
  IconDeviceCctv,
  IconElevator,
  IconPill,
  IconRouter,
  IconSquareRotated,
  IconStethoscope,
  IconTreadmill,
  IconWind,
} from "@tabler/icons-react";

const ICONS: Readonly<Record<string, Icon>> = {
  elevator: IconElevator,
  streetlight: IconBulb,
  camera: IconDeviceCctv,
  "clinic-kiosk": IconStethoscope,
  "medicine-vending-machine": IconPill,
  "gym-machine": IconTreadmill,
  "gym-room": IconBarbell,
  "environment-sensor": IconWind,
  gateway: IconRouter,
};

/** The picture of a kind; a plain shape for one that has none yet. */
export function KindIcon({ kind, size = 18 }: { readonly kind: string; readonly size?: number }) {
  const Picture = ICONS[kind] ?? IconSquareRotated;
  return <Picture size={size} stroke={1.75} aria-hidden="true" />;
}
