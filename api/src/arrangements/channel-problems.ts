import { PAGE_CHANNEL } from "@linli/alerting";
import type { Arrangement, Arrangements, ArrangementType, Problem } from "@linli/model";
import { problemsOf } from "@linli/model";
import { CHANNELS } from "@linli/notifiers";
import type { z } from "zod";
import { hasMask } from "./secrets.ts";

/** Problems never repeat what was given: it may be a secret. */
function misfits(schema: z.ZodType, value: unknown, field: string): Problem[] {
  if (hasMask(value)) return [{ field, message: "a secret that is not known any more: give it again" }];
  const parsed = schema.safeParse(value);
  if (parsed.success) return [];
  return problemsOf(parsed.error, undefined).map((problem) => ({
    field: [field, problem.field].filter((part) => part !== "").join("."),
    message: problem.message,
  }));
}

function channelMisfits({ type, config }: Arrangement<"channel">): Problem[] {
  if (type === PAGE_CHANNEL) return [];
  const channel = CHANNELS.get(type);
  if (channel !== undefined) return misfits(channel.config, config, "config");
  return [{ field: "type", value: type, message: `no such type: one of ${[...CHANNELS.keys()].join(", ")}` }];
}

/** Why a channel's setting, or an address of one, cannot be used by the channel that it is for. */
export function channelProblems(type: ArrangementType, value: Arrangement, { channel }: Arrangements): Problem[] {
  if (type === "channel") return channelMisfits(value as Arrangement<"channel">);
  const ways = value as { readonly [field: string]: unknown };
  return ["rooms", "default", "urgent"].flatMap((field) => {
    const list = ways[field];
    if (!Array.isArray(list)) return [];
    return list.flatMap(({ channelId, address }: { channelId: string; address: unknown }, index) => {
      const known = CHANNELS.get(channel.find(({ id }) => id === channelId)?.type ?? "");
      return known === undefined ? [] : misfits(known.address, address, `${field}.${index}.address`);
    });
  });
}
