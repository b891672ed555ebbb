import { createHash, createHmac } from "node:crypto";
import { z } from "zod";
import type { ChannelDeps, Delivery } from "../channel.ts";
import { secret } from "../define-channel.ts";
import { type Answer, exchange } from "../exchange.ts";

export const tencentKeys = {
  keyId: z.string().min(1).max(200).describe("SecretId"),
  keySecret: secret(z.string().min(1).max(200)).describe("SecretKey"),
  region: z.string().min(1).max(50).default("ap-guangzhou"),
};

export interface TencentKeys {
  readonly keyId: string;
  readonly keySecret: string;
  readonly region: string;
}

export interface TencentCall {
  readonly server: string;
  readonly service: string;
  readonly action: string;
  readonly version: string;
  readonly body: string;
}

const CONTENT_TYPE = "application/json; charset=utf-8";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** Headers of a call signed by TC3-HMAC-SHA256; `at` in epoch ms. */
export function signTencent(call: TencentCall, keys: TencentKeys, at: number): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1_000));
  const date = new Date(at).toISOString().slice(0, 10);
  const signed = {
    "content-type": CONTENT_TYPE,
    host: new URL(call.server).host,
    "x-tc-action": call.action.toLowerCase(),
  };
  const names = Object.keys(signed).join(";");
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ["POST", "/", "", lines.join(""), names, sha256(call.body)].join("\n");
  const scope = `${date}/${call.service}/tc3_request`;
  const toSign = ["TC3-HMAC-SHA256", timestamp, scope, sha256(canonical)].join("\n");
  const key = hmac(hmac(hmac(`TC3${keys.keySecret}`, date), call.service), "tc3_request");
  const signature = hmac(key, toSign).toString("hex");
  return {
    authorization: `TC3-HMAC-SHA256 Credential=${keys.keyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    "content-type": CONTENT_TYPE,
    "x-tc-action": call.action,
    "x-tc-timestamp": timestamp,
    "x-tc-version": call.version,
    "x-tc-region": keys.region,
  };
}

export function callTencent(
  deps: ChannelDeps,
  call: TencentCall,
  keys: TencentKeys,
  signal: AbortSignal,
): Promise<Answer | Delivery> {
  const headers = signTencent(call, keys, deps.now());
  return exchange(deps, { url: `${call.server.replace(/\/+$/, "")}/`, headers, body: call.body }, signal);
}
