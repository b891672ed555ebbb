import { z } from "zod";
import { minutes } from "../../duration.ts";
import type { CommandType } from "../../kind.ts";
import { labelled, message, noArgs, until } from "../command-args.ts";
import { bilingual } from "../point-forms.ts";

const mode = labelled(z.enum(["off", "cool", "heat", "fan"]), ["模式", "Mode"]);
const temperature = labelled(z.number().min(16).max(30), ["温度（℃）", "Temperature (°C)"]);

export const commands: Readonly<Record<string, CommandType>> = {
  setRoomHvac: {
    label: bilingual(["设置空调", "Set the air conditioning"]),
    args: z.strictObject({ mode, temperature: temperature.optional(), until }),
    expiresAfter: minutes(15),
  },
  unlockDoor: { label: bilingual(["开门", "Unlock the door"]), args: noArgs, expiresAfter: minutes(1) },
  announce: {
    label: bilingual(["广播", "Announce"]),
    args: z.strictObject({ text: message }),
    expiresAfter: minutes(2),
  },
};
