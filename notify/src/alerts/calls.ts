import { idSchema, LinliError, SEVERITIES } from "@linli/model";
import type {
  ChannelAnswer,
  FindingAnswer,
  LocalHandler,
  TestChannelAnswer,
  TestChannelCall,
  WhatIfCall,
} from "@linli/runtime";
import { z } from "zod";
import type { NotifyLoop } from "./loop.ts";

const whatIfSchema: z.ZodType<WhatIfCall> = z.strictObject({
  ruleId: z.string().max(200),
  deviceId: idSchema,
  severity: z.enum(SEVERITIES),
});
const testSchema: z.ZodType<TestChannelCall> = z.strictObject({
  channelId: idSchema,
  address: z.unknown(),
  language: z.enum(["zh-CN", "en"]),
});

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new LinliError("invalid", z.prettifyError(result.error));
}

/** What sibling processes may ask of those who tell people; `unavailable` until they have begun. */
export function alertCalls(current: () => NotifyLoop | undefined): Record<string, LocalHandler> {
  const loop = () => {
    const running = current();
    if (running === undefined) throw new LinliError("unavailable", "notify has not begun to tell people");
    return running;
  };
  return {
    whatIf: (body) => loop().whatIf(parsed(whatIfSchema, body)),
    testChannel: async (body): Promise<TestChannelAnswer> => {
      const delivery = await loop().testChannel(parsed(testSchema, body));
      const detail = delivery.outcome === "accepted" ? (delivery.reference ?? "") : delivery.reason;
      return { outcome: delivery.outcome, detail };
    },
    channels: (): Promise<ChannelAnswer[]> => loop().channels(),
    findings: (): readonly FindingAnswer[] => loop().findings.all,
  };
}
