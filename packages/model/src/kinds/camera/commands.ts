import { z } from "zod";
import { minutes } from "../../duration.ts";
import type { CommandType } from "../../kind.ts";
import { labelled, noArgs, until } from "../command-args.ts";
import { reboot } from "../common-to-all-commands.ts";
import { bilingual } from "../point-forms.ts";

const preset = labelled(z.int().min(1).max(300), ["预置位", "Preset"]);

export const commands: Readonly<Record<string, CommandType>> = {
  reboot,
  requestSnapshot: { label: bilingual(["请求抓拍", "Request a snapshot"]), args: noArgs, expiresAfter: minutes(1) },
  syncTime: { label: bilingual(["校时", "Synchronise the clock"]), args: noArgs, expiresAfter: minutes(10) },
  setIr: {
    label: bilingual(["设置红外补光", "Set infra-red light"]),
    args: z
      .strictObject({ mode: labelled(z.enum(["auto", "on", "off"]), ["模式", "Mode"]), until: until.optional() })
      .refine(({ mode, until: end }) => mode === "auto" || end !== undefined, {
        path: ["until"],
        message: "on and off are overrides: give until",
      }),
    expiresAfter: minutes(15),
  },
  gotoPreset: {
    label: bilingual(["转到预置位", "Go to a preset"]),
    args: z.strictObject({ preset }),
    expiresAfter: minutes(1),
  },
};
