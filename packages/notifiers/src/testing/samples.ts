import webPush from "web-push";
import type { Reply } from "./answering-server.ts";

/** How a channel is set up in tests; every secret in it begins with or is a text that stands nowhere else. */
export interface Sample {
  readonly config: unknown;
  readonly address: unknown;
  readonly secrets: readonly string[];
  /** What its provider answers when it took the message. */
  readonly accepted: Reply;
}

const vapid = webPush.generateVAPIDKeys();
const subscription = {
  p256dh: "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
  auth: "tBHItJI5svbpez7KI4CCXg",
};
const templates = [{ code: "SMS_1", variables: { device: "device", place: "place", what: "what" } }];
const numbered = [{ code: "1234", variables: ["place", "device", "what"] }];
const whsec = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
const phone = "+8613800000000";
const token = (request: string) => ({ errcode: 0, errmsg: "ok", access_token: `issued-${request}`, expires_in: 7_200 });

/** By channel id. `server`: where its provider is played. */
export function samplesAt(server: string): ReadonlyMap<string, Sample> {
  return new Map<string, Sample>([
    [
      "wecom-app",
      {
        config: { corporation: "ww1", agent: 1_000_002, secret: "secret-wecom", server },
        address: { user: "zhang" },
        secrets: ["secret-wecom", "issued-token"],
        accepted: { body: { ...token("token"), msgid: "msg-1" } },
      },
    ],
    [
      "dingtalk-app",
      {
        config: { agent: 41, key: "dingkey", secret: "secret-dingtalk", server },
        address: { user: "manager01" },
        secrets: ["secret-dingtalk", "issued-token"],
        accepted: { body: { ...token("token"), task_id: 256_271_667_526 } },
      },
    ],
    [
      "sms-aliyun",
      {
        config: { keyId: "LTAI", keySecret: "secret-aliyun", signature: "邻里", templates, server },
        address: { phone },
        secrets: ["secret-aliyun"],
        accepted: { body: { Code: "OK", Message: "OK", BizId: "biz-1", RequestId: "r" } },
      },
    ],
    [
      "sms-tencent",
      {
        config: {
          keyId: "AKID",
          keySecret: "secret-tencent",
          application: "1400",
          signature: "邻里",
          templates: numbered,
          server,
        },
        address: { phone },
        secrets: ["secret-tencent"],
        accepted: {
          body: { Response: { SendStatusSet: [{ SerialNo: "serial-1", Code: "Ok", Message: "send success" }] } },
        },
      },
    ],
    [
      "voice-aliyun",
      {
        config: { keyId: "LTAI", keySecret: "secret-aliyun", templates, server },
        address: { phone },
        secrets: ["secret-aliyun"],
        accepted: { body: { Code: "OK", Message: "OK", CallId: "call-1", RequestId: "r" } },
      },
    ],
    [
      "voice-tencent",
      {
        config: { keyId: "AKID", keySecret: "secret-tencent", application: "1400", templates: numbered, server },
        address: { phone },
        secrets: ["secret-tencent"],
        accepted: { body: { Response: { SendStatus: { CallId: "call-2" }, RequestId: "r" } } },
      },
    ],
    [
      "http-gateway",
      {
        config: {
          url: `${server}/send?apikey=secret-in-url`,
          headers: { "x-api-key": "secret-header" },
          body: '{"to":"{{phone}}","text":"{{title}}"}',
          reference: "data.id",
        },
        address: { phone },
        secrets: ["secret-in-url", "secret-header"],
        accepted: { body: { data: { id: 17 } } },
      },
    ],
    [
      "web-push",
      {
        config: { contact: "mailto:ops@linli.example", publicKey: vapid.publicKey, privateKey: vapid.privateKey },
        address: { endpoint: `${server}/push/secret-subscription`, keys: subscription },
        secrets: [vapid.privateKey, "secret-subscription", subscription.auth],
        accepted: { status: 201, headers: { location: "https://push.example/m/1" } },
      },
    ],
    [
      "wecom-robot",
      {
        config: { server },
        address: { key: "secret-robot-key" },
        secrets: ["secret-robot-key"],
        accepted: { body: { errcode: 0, errmsg: "ok" } },
      },
    ],
    [
      "dingtalk-robot",
      {
        config: { server },
        address: { token: "secretrobottoken", secret: "SECdingtalksecret" },
        secrets: ["secretrobottoken", "SECdingtalksecret"],
        accepted: { body: { errcode: 0, errmsg: "ok" } },
      },
    ],
    [
      "feishu-robot",
      {
        config: { server },
        address: { token: "secret-hook-token", secret: "secret-feishu" },
        secrets: ["secret-hook-token", "secret-feishu"],
        accepted: { body: { StatusCode: 0, StatusMessage: "success", code: 0, data: {}, msg: "success" } },
      },
    ],
    [
      "apprise",
      {
        config: { server, token: "secret-bearer" },
        address: { urls: ["tgram://secret-bot/1"] },
        secrets: ["secret-bearer", "tgram://secret-bot/1"],
        accepted: { body: { error: null } },
      },
    ],
    [
      "webhook",
      {
        config: {},
        address: { url: `${server}/hook/secret-path`, secret: whsec },
        secrets: ["secret-path", whsec],
        accepted: { status: 204 },
      },
    ],
    [
      "alertmanager",
      {
        config: {},
        address: { form: "receiver", url: `${server}/am/secret-path`, token: "secret-bearer" },
        secrets: ["secret-path", "secret-bearer"],
        accepted: { body: {} },
      },
    ],
  ]);
}
