import { z } from "zod";
import { hours, minutes } from "../../duration.ts";
import type { CommandType } from "../../kind.ts";
import { labelled, noArgs, until } from "../command-args.ts";
import { reboot } from "../common-to-all-commands.ts";
import { bilingual } from "../point-forms.ts";

const level = labelled(z.int().min(0).max(100), ["亮度（%）", "Level (%)"]);
const fade = labelled(z.number().min(0).max(3_600), ["渐变时间（秒）", "Fade (s)"]);
const power = labelled(z.enum(["on", "off"]), ["开关", "Power"]);
const schedule = labelled(z.string().min(1).max(64), ["计划编号", "Schedule"]);

export const commands: Readonly<Record<string, CommandType>> = {
  setPower: {
    label: bilingual(["开灯/关灯", "Switch on or off"]),
    args: z.strictObject({ power, until }),
    expiresAfter: minutes(15),
  },
  setDimming: {
    label: bilingual(["调光", "Dim"]),
    args: z.strictObject({ level, fade: fade.default(0), until }),
    expiresAfter: minutes(15),
  },
  clearOverride: { label: bilingual(["恢复计划", "Clear the override"]), args: noArgs, expiresAfter: hours(1) },
  assignSchedule: {
    label: bilingual(["指定计划", "Assign a schedule"]),
    args: z.strictObject({ schedule }),
    expiresAfter: hours(24),
  },
  resetLampHours: { label: bilingual(["灯时清零", "Reset lamp hours"]), args: noArgs, expiresAfter: hours(24) },
  resetEnergy: { label: bilingual(["电能清零", "Reset energy"]), args: noArgs, expiresAfter: hours(24) },
  reboot,
};
