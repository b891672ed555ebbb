import type { Noise } from "../world/noise.ts";
import { DAY, type Values } from "./model.ts";

interface Selection {
  readonly slot: string;
  /** Sold so often in one round. */
  readonly weight: number;
  readonly capacity: number;
  /** CNY. */
  readonly price: number;
}

/** What is on the shelves: closed form of the number of sales. */
export interface Shelf {
  /** The slot that sale number `sale` takes. */
  slotOf(sale: number): Selection;
  /** CNY of all sales before number `sale`. */
  amount(sale: number): number;
  /** Stock, batch and date of every slot, with the sales until now and until the latest refill. */
  observe(sales: number, salesAtRefill: number, refilledAt: number): Values;
  /** Every slot that was not full at a refill: how many went in, which batch. */
  refill(
    salesBefore: number,
    sales: number,
    at: number,
  ): { slot: string; qty: number; batch: string; expiry: number }[];
}

const WEIGHTS = [3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 1, 1, 1, 1, 1, 1];
/** A shelf holds four rounds; between two refills at most three are sold. */
const ROUNDS = 4;

/**
 * Sales go in rounds: in each, every slot sells as often as its weight, in an order drawn anew. So what was sold of a
 * slot is known without counting through the past, and no shelf sells what it has not got.
 */
export function createShelf(noise: Noise): Shelf {
  const selections: Selection[] = WEIGHTS.map((weight, index) => ({
    slot: `${"ABC"[Math.floor(index / 8)] ?? "A"}${(index % 8) + 1}`,
    weight,
    capacity: weight * ROUNDS,
    price: noise.int(12, 68, index, 41) + (noise.unit(index, 42) < 0.5 ? 0.5 : 0.8),
  }));
  const deck = selections.flatMap((selection) => Array.from({ length: selection.weight }, () => selection));
  const roundAmount = deck.reduce((sum, { price }) => sum + price, 0);
  const orders = new Map<number, Selection[]>();

  function order(round: number): Selection[] {
    let known = orders.get(round);
    if (!known) {
      known = deck
        .map((selection, index) => ({ selection, rank: noise.unit(round * deck.length + index, 43) }))
        .toSorted((a, b) => a.rank - b.rank)
        .map(({ selection }) => selection);
      if (orders.size >= 16) orders.clear();
      orders.set(round, known);
    }
    return known;
  }

  const split = (sale: number) => ({ round: Math.floor(sale / deck.length), rest: sale % deck.length });

  function sold(selection: Selection, sales: number): number {
    const { round, rest } = split(sales);
    const partial = order(round)
      .slice(0, rest)
      .filter((taken) => taken === selection).length;
    return round * selection.weight + partial;
  }

  const batchOf = (at: number, index: number) =>
    `${new Date(at - 60 * DAY).toISOString().slice(2, 7).replace("-", "")}${noise.int(10, 99, index, 44)}`;
  const expiryOf = (at: number, index: number) => (Math.floor(at / DAY) + noise.int(240, 600, index, 45)) * DAY;

  return {
    slotOf(sale) {
      const { round, rest } = split(sale);
      return order(round)[rest] as Selection;
    },
    amount(sale) {
      const { round, rest } = split(sale);
      const partial = order(round)
        .slice(0, rest)
        .reduce((sum, { price }) => sum + price, 0);
      return Math.round((round * roundAmount + partial) * 100) / 100;
    },
    observe(sales, salesAtRefill, refilledAt) {
      const values: Values = {};
      for (const [index, selection] of selections.entries()) {
        const stock = selection.capacity - (sold(selection, sales) - sold(selection, salesAtRefill));
        const name = `selection.${selection.slot}`;
        values[`${name}.stock`] = stock;
        values[`${name}.capacity`] = selection.capacity;
        values[`${name}.availability`] = stock > 0 ? "available" : "empty";
        values[`${name}.batchNo`] = batchOf(refilledAt, index);
        values[`${name}.expiryDate`] = expiryOf(refilledAt, index);
        values[`${name}.price`] = selection.price;
      }
      return values;
    },
    refill(salesBefore, sales, at) {
      return selections.flatMap((selection, index) => {
        const qty = sold(selection, sales) - sold(selection, salesBefore);
        return qty > 0 ? [{ slot: selection.slot, qty, batch: batchOf(at, index), expiry: expiryOf(at, index) }] : [];
      });
    },
  };
}
