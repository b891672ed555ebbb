import { z } from "zod";
import { minutes } from "../../duration.ts";
import type { CommandType } from "../../kind.ts";
import { noArgs, reason, until } from "../command-args.ts";
import { bilingual } from "../point-forms.ts";

export const commands: Readonly<Record<string, CommandType>> = {
  lock: {
    label: bilingual(["锁定器械", "Lock the machine"]),
    args: z.strictObject({ reason, until }),
    expiresAfter: minutes(15),
  },
  unlock: { label: bilingual(["解锁器械", "Unlock the machine"]), args: noArgs, expiresAfter: minutes(15) },
  endSession: { label: bilingual(["结束使用", "End the session"]), args: noArgs, expiresAfter: minutes(1) },
};
