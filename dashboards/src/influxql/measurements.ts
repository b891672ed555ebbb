import type { DeviceKind } from "@linli/model";
import { encodeName, identifier } from "@linli/stores/influx-schema";

export function raw({ id }: DeviceKind): string {
  return identifier(encodeName(id));
}

export function fiveMinutes({ id }: DeviceKind): string {
  return identifier(`${encodeName(id)}_5m`);
}

export function hours({ id }: DeviceKind): string {
  return identifier(`${encodeName(id)}_1h`);
}
