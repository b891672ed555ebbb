import { z } from "zod";
import { hours, minutes } from "../../duration.ts";
import type { CommandType } from "../../kind.ts";
import { labelled, message, noArgs, reason, until } from "../command-args.ts";
import { bilingual } from "../point-forms.ts";

const target = labelled(z.enum(["app", "os"]), ["对象", "What"]);

export const commands: Readonly<Record<string, CommandType>> = {
  reboot: {
    label: bilingual(["重启", "Reboot"]),
    args: z.strictObject({ target: target.default("app") }),
    expiresAfter: minutes(10),
  },
  runSelfTest: { label: bilingual(["运行自检", "Run a self-test"]), args: noArgs, expiresAfter: hours(1) },
  lockOut: {
    label: bilingual(["停用", "Lock out"]),
    args: z.strictObject({ reason, until }),
    expiresAfter: hours(1),
  },
  setAnnouncement: {
    label: bilingual(["设置公告", "Set the announcement"]),
    args: z.strictObject({ text: message, until: until.optional() }),
    expiresAfter: hours(1),
  },
  syncClock: { label: bilingual(["校时", "Synchronise the clock"]), args: noArgs, expiresAfter: minutes(10) },
  // Late is dangerous here: a door must not open for an order given to somebody who has long left.
  openDoor: { label: bilingual(["开门", "Open the door"]), args: noArgs, expiresAfter: minutes(1) },
  printTestPage: { label: bilingual(["打印测试页", "Print a test page"]), args: noArgs, expiresAfter: minutes(10) },
};
