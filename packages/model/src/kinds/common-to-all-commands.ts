import { minutes } from "../duration.ts";
import type { CommandType } from "../kind.ts";
import { noArgs } from "./command-args.ts";
import { bilingual } from "./point-forms.ts";

/** Restart of the device's own controller. Kinds with finer choices declare their own. */
export const reboot: CommandType = {
  label: bilingual(["重启", "Reboot"]),
  args: noArgs,
  expiresAfter: minutes(10),
};
