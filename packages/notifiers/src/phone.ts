import { z } from "zod";

export const phoneSchema = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, "with country code: +8613800000000, a fixed line +8657100000000")
  .describe("E.164");

/** As Chinese providers dial it at home: 13800000000, 057100000000; others with country code and no plus. */
export function dialledInChina(phone: string): string {
  if (!phone.startsWith("+86")) return phone.slice(1);
  const national = phone.slice(3);
  return /^(1[3-9]\d{9}|400\d{7})$/.test(national) ? national : `0${national}`;
}
