import type { Settings } from "@linli/runtime";
import type { InterpretLimits } from "./interpret/index.ts";

export function interpretLimits(settings: Settings): InterpretLimits {
  return { rawRetentionMs: settings.LINLI_RETENTION_RAW, unknownPointsMax: settings.LINLI_UNKNOWN_POINTS_MAX };
}
