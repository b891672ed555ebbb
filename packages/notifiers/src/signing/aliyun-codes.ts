import { days, hours, minutes } from "@linli/model";
import type { CodeTable, Passing } from "../coded-answer.ts";

const PASSING = new Set([
  "InternalError",
  "ServiceUnavailable",
  "SignatureNonceUsed",
  "SystemError",
  "isp.GATEWAY_ERROR",
  "isp.SYSTEM_ERROR",
  "isp.UNKNOWN_ERROR",
]);

/** Which limit was met stands in the message alone: 触发分钟级流控Permits:1. */
function limitedFor(said: string): Passing {
  if (said.includes("天级") || /\bday/i.test(said)) return { afterMs: days(1) };
  if (said.includes("小时级") || /\bhour/i.test(said)) return { afterMs: hours(1) };
  return { afterMs: minutes(1) };
}

/** The codes of Alibaba Cloud's SMS and voice services. */
export function aliyunCodes(reference: string): CodeTable {
  return {
    code: ["Code"],
    message: ["Message"],
    accepted: "OK",
    passing(code, said) {
      if (code === "isv.BUSINESS_LIMIT_CONTROL" || code === "isv.DAY_LIMIT_CONTROL") {
        return code === "isv.DAY_LIMIT_CONTROL" ? { afterMs: hours(1) } : limitedFor(said);
      }
      if (code.startsWith("Throttling")) return { afterMs: 1_000 };
      return PASSING.has(code) ? {} : undefined;
    },
    reference,
  };
}
