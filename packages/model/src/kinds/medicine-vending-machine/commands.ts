import { z } from "zod";
import { hours, minutes } from "../../duration.ts";
import type { CommandType } from "../../kind.ts";
import { labelled, noArgs } from "../command-args.ts";
import { reboot } from "../common-to-all-commands.ts";
import { bilingual } from "../point-forms.ts";

const slot = labelled(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), ["货道（all 为全部）", "Slot (all = every one)"]);
const compartment = labelled(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), ["箱体", "Compartment"]);
const setpoint = labelled(z.number().min(-30).max(30), ["设定温度（℃）", "Set-point (°C)"]);

export const commands: Readonly<Record<string, CommandType>> = {
  // Protects people: worth delivering even to a machine that comes back a day later.
  setSellable: {
    label: bilingual(["设置可售", "Allow or stop the sale"]),
    args: z.strictObject({ slot, sellable: labelled(z.boolean(), ["可售", "Sellable"]) }),
    expiresAfter: hours(24),
  },
  lockCompartment: {
    label: bilingual(["锁定箱体", "Lock a compartment"]),
    args: z.strictObject({ compartment, locked: labelled(z.boolean(), ["锁定", "Locked"]).default(true) }),
    expiresAfter: hours(24),
  },
  setTemperatureSetpoint: {
    label: bilingual(["设定温度", "Set the temperature"]),
    args: z.strictObject({ compartment, temperature: setpoint }),
    expiresAfter: minutes(15),
    twoPersons: true,
  },
  startDefrost: {
    label: bilingual(["开始除霜", "Start a defrost"]),
    args: z.strictObject({ compartment: compartment.optional() }),
    expiresAfter: minutes(15),
  },
  testVend: {
    label: bilingual(["测试出货", "Test vend"]),
    args: z.strictObject({ slot: labelled(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), ["货道", "Slot"]) }),
    expiresAfter: minutes(5),
  },
  reboot,
  syncPrices: { label: bilingual(["同步价格", "Synchronise prices"]), args: noArgs, expiresAfter: hours(24) },
  reportInventory: { label: bilingual(["上报库存", "Report the inventory"]), args: noArgs, expiresAfter: hours(1) },
};
