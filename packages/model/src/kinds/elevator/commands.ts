import { z } from "zod";
import { hours, minutes } from "../../duration.ts";
import type { CommandType } from "../../kind.ts";
import { labelled, message, noArgs, until, who } from "../command-args.ts";
import { bilingual } from "../point-forms.ts";

/** Nothing here moves the car, and nothing ever may. */
export const commands: Readonly<Record<string, CommandType>> = {
  playAnnouncement: {
    label: bilingual(["播放安抚语音", "Play an announcement"]),
    args: z
      .strictObject({
        text: message.optional(),
        clip: labelled(z.string().min(1).max(64), ["录音编号", "Clip"]).optional(),
      })
      .refine(({ text, clip }) => (text === undefined) !== (clip === undefined), "give either text or clip"),
    expiresAfter: minutes(2),
  },
  startIntercomCall: { label: bilingual(["呼叫轿厢", "Call the car"]), args: noArgs, expiresAfter: minutes(1) },
  requestSelfTest: { label: bilingual(["请求自检", "Request a self-test"]), args: noArgs, expiresAfter: hours(1) },
  setMaintenance: {
    label: bilingual(["设置维保状态", "Set maintenance"]),
    args: z
      .strictObject({ on: labelled(z.boolean(), ["维保中", "In maintenance"]), who, until: until.optional() })
      .refine(({ on, until: end }) => !on || end !== undefined, {
        path: ["until"],
        message: "maintenance needs an end: give until",
      }),
    expiresAfter: minutes(15),
  },
  requestSnapshot: { label: bilingual(["请求抓拍", "Request a snapshot"]), args: noArgs, expiresAfter: minutes(1) },
};
