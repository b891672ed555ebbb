import { createDecipheriv, createECDH, createHmac, createPublicKey, randomBytes, verify } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import webPushLibrary from "web-push";
import { messageOf } from "../testing/messages.ts";
import { provider } from "../testing/provider-suite.ts";
import { depsAt } from "../testing/send-by.ts";
import { webPush } from "./web-push.ts";

const push = provider("web-push");
const expand = (salt: Buffer, secret: Buffer, info: string | Buffer, length: number) => {
  const pseudoRandom = createHmac("sha256", salt).update(secret).digest();
  return createHmac("sha256", pseudoRandom)
    .update(Buffer.concat([Buffer.from(info), Buffer.of(1)]))
    .digest()
    .subarray(0, length);
};

/** What a browser does: RFC 8291 over RFC 8188, written from their text. */
function decrypt(body: Buffer, browser: ReturnType<typeof createECDH>, auth: Buffer): string {
  const salt = body.subarray(0, 16);
  const keyLength = body[20] ?? 0;
  const sender = body.subarray(21, 21 + keyLength);
  const sealed = body.subarray(21 + keyLength);
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), browser.getPublicKey(), sender]);
  const secret = expand(auth, browser.computeSecret(sender), info, 32);
  const key = expand(salt, secret, "Content-Encoding: aes128gcm\0", 16);
  const nonce = expand(salt, secret, "Content-Encoding: nonce\0", 12);
  const decipher = createDecipheriv("aes-128-gcm", key, nonce).setAuthTag(sealed.subarray(-16));
  const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  return plain.subarray(0, plain.lastIndexOf(2)).toString("utf8");
}

describe("web-push", () => {
  let body: Buffer = Buffer.alloc(0);
  let headers: Record<string, unknown> = {};
  const service = createServer((request, response) => {
    const chunks: Buffer[] = [];
    headers = request.headers;
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      body = Buffer.concat(chunks);
      response.writeHead(201).end();
    });
  });
  beforeAll(() => new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve)));
  afterAll(() => new Promise((resolve) => service.close(resolve)));

  it("can be read by the browser alone, and is signed by us", async () => {
    const origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const browser = createECDH("prime256v1");
    browser.generateKeys();
    const auth = randomBytes(16);
    const vapid = webPushLibrary.generateVAPIDKeys();
    const config = webPush.config.parse({ contact: "mailto:ops@linli.example", ...vapid });
    const keys = { p256dh: browser.getPublicKey("base64url"), auth: auth.toString("base64url") };
    const address = webPush.address.parse({ endpoint: `${origin}/p`, expirationTime: null, keys });
    const message = messageOf({ text: "长".repeat(4_000) });
    const delivery = await webPush.create(config, depsAt()).send(message, address, new AbortController().signal);
    expect(delivery).toEqual({ outcome: "accepted" });
    expect(body.length).toBeLessThanOrEqual(4_096);
    expect(headers).toMatchObject({
      urgency: "high",
      "content-encoding": "aes128gcm",
      topic: expect.stringMatching(/^\w{32}$/),
    });
    expect(JSON.parse(decrypt(body, browser, auth))).toMatchObject({
      key: message.key,
      title: message.title,
      link: message.link,
    });

    const [, token = "", key = ""] = /^vapid t=([^,]+), k=(.+)$/.exec(String(headers["authorization"])) ?? [];
    expect(key).toBe(vapid.publicKey);
    const [head = "", claims = "", signature = ""] = token.split(".");
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
      aud: origin,
      sub: "mailto:ops@linli.example",
    });
    const point = Buffer.from(vapid.publicKey, "base64url");
    const jwk = {
      kty: "EC",
      crv: "P-256",
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    };
    const publicKey = createPublicKey({ key: jwk, format: "jwk" });
    const signed = Buffer.from(`${head}.${claims}`);
    expect(
      verify("sha256", signed, { key: publicKey, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url")),
    ).toBe(true);
  });

  it.each([
    [201, { outcome: "accepted" }],
    [404, { outcome: "refused" }],
    [410, { outcome: "refused" }],
    [403, { outcome: "refused" }],
    [413, { outcome: "refused" }],
    [429, { outcome: "retry" }],
    [500, { outcome: "retry" }],
  ])("HTTP %i", async (status, expected) => {
    expect(await push.answered({ status })).toMatchObject(expected);
  });
});
