import type { EventType } from "../../kind.ts";
import { bilingual, type Label } from "../point-forms.ts";

const slot = { type: "string" } as const;
const who = { type: "string" } as const;
const quantity = { type: "integer", unit: "1" } as const;
const temperature = { type: "number", unit: "Cel" } as const;

function event(label: Label, fault: boolean, data: EventType["data"] = {}): EventType {
  return { label: bilingual(label), fault, data };
}

export const events: Readonly<Record<string, EventType>> = {
  vendSucceeded: event(["出货成功", "Vend succeeded"], false, {
    slot,
    qty: quantity,
    amount: { type: "number", unit: "CNY" },
  }),
  vendFailed: event(["出货失败", "Vend failed"], true, {
    slot,
    reason: { type: "enum", values: ["motorJam", "dropNotDetected", "empty"] },
  }),
  productNotTaken: event(["商品未取", "Product not taken"], false, { slot }),
  refill: event(["补货", "Refill"], false, {
    slot,
    qty: quantity,
    batch: { type: "string" },
    expiry: { type: "time" },
    who,
  }),
  doorOpened: event(["开门", "Door opened"], false, { who }),
  doorOpenedWithoutAuthorisation: event(["未授权开门", "Door opened without authorisation"], true),
  temperatureExcursionStart: event(["温度超限开始", "Temperature excursion started"], true, {
    compartment: { type: "string" },
    temperature,
  }),
  temperatureExcursionEnd: event(["温度超限结束", "Temperature excursion ended"], false, {
    compartment: { type: "string" },
    min: temperature,
    max: temperature,
    minutes: { type: "number", unit: "min" },
    mkt: temperature,
  }),
  saleBlocked: event(["停止销售", "Sale blocked"], false, { reason: { type: "string" } }),
};
