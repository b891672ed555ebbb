import { createHash, createHmac, randomBytes } from "node:crypto";
import { z } from "zod";
import type { ChannelDeps, Delivery } from "../channel.ts";
import { secret } from "../define-channel.ts";
import { type Answer, exchange } from "../exchange.ts";

export const aliyunKeys = {
  keyId: z.string().min(1).max(200).describe("AccessKey ID"),
  keySecret: secret(z.string().min(1).max(200)).describe("AccessKey Secret"),
};

export interface AliyunKeys {
  readonly keyId: string;
  readonly keySecret: string;
}

export interface AliyunCall {
  readonly server: string;
  readonly action: string;
  readonly version: string;
  readonly query: Readonly<Record<string, string>>;
}

interface SignedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** RFC 3986: also what encodeURIComponent leaves as it is. */
const percentEncode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** A call in RPC style, its parameters in the query, signed by ACS3-HMAC-SHA256. */
export function signAliyun(
  call: AliyunCall,
  keys: AliyunKeys,
  { at, nonce }: { at: number; nonce: string },
): SignedRequest {
  const { host } = new URL(call.server);
  const query = Object.entries(call.query)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .sort()
    .join("&");
  const hashedBody = sha256("");
  const headers = {
    host,
    "x-acs-action": call.action,
    "x-acs-content-sha256": hashedBody,
    "x-acs-date": `${new Date(at).toISOString().slice(0, 19)}Z`,
    "x-acs-signature-nonce": nonce,
    "x-acs-version": call.version,
  };
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ["POST", "/", query, lines.join(""), names, hashedBody].join("\n");
  const signature = createHmac("sha256", keys.keySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest("hex");
  const { host: _, ...sent } = headers;
  return {
    url: `${call.server.replace(/\/+$/, "")}/?${query}`,
    headers: {
      ...sent,
      accept: "application/json",
      authorization: `ACS3-HMAC-SHA256 Credential=${keys.keyId},SignedHeaders=${names},Signature=${signature}`,
    },
  };
}

export function callAliyun(
  deps: ChannelDeps,
  call: AliyunCall,
  keys: AliyunKeys,
  signal: AbortSignal,
): Promise<Answer | Delivery> {
  const signed = signAliyun(call, keys, { at: deps.now(), nonce: randomBytes(16).toString("hex") });
  return exchange(deps, { ...signed, method: "POST" }, signal);
}
