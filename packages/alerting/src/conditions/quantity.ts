import type { Quantity } from "@linli/model";

/** A number of a rule, or the device's own in its place. */
export function resolve(quantity: Quantity, params: Readonly<Record<string, number>>): number {
  if (typeof quantity === "number") return quantity;
  const value = params[quantity.slice(1)];
  if (value === undefined) throw new TypeError(`parameter ${quantity} is not declared: the rule was not checked`);
  return value;
}

export type Params = Readonly<Record<string, number>>;
