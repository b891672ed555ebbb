import { z } from "zod";
import { bilingual, type Label } from "./point-forms.ts";

/** Gives an argument the label that forms show; it travels in the JSON Schema as `label`. */
export function labelled<T extends z.ZodType>(schema: T, label: Label): T {
  return schema.meta({ label: bilingual(label) });
}

/** End of a manual override, epoch ms: no override lasts for ever. */
export const until = labelled(z.int().positive(), ["截止时间", "Until"]);

export const reason = labelled(z.string().trim().min(1).max(200), ["原因", "Reason"]);

/** A text spoken or shown to the people at the device. */
export const message = labelled(z.string().trim().min(1).max(200), ["内容", "Text"]);

/** The staff number of whoever does it; never a person's name. */
export const who = labelled(z.string().trim().min(1).max(64), ["工号", "Staff number"]);

/** For commands that need nothing more than their name. */
export const noArgs = z.strictObject({});
