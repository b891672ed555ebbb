import { z } from "zod";
import { secret } from "./define-channel.ts";

/** Part of the address to which a provider reports: its reports are not signed. */
export const reportTokenSchema = secret(
  z
    .string()
    .regex(/^[A-Za-z0-9_-]{24,200}$/, "24 to 200 letters, digits, _ and -")
    .optional()
    .describe("The last part of the address to which reports are posted; absent = none are taken."),
);

/** The key that says "mine". */
export const keySchema = z.string().regex(/^\d$/, "one digit").default("1");
