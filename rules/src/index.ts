export { loadShippedRules, type ShippedRules } from "./shipped.ts";
