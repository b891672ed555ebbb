import { alertmanager } from "./alertmanager/alertmanager.ts";
import { apprise } from "./apprise/apprise.ts";
import type { Channel } from "./channel.ts";
import { dingtalkApp } from "./dingtalk-app/dingtalk-app.ts";
import { dingtalkRobot } from "./dingtalk-robot/dingtalk-robot.ts";
import { email } from "./email/email.ts";
import { feishuRobot } from "./feishu-robot/feishu-robot.ts";
import { httpGateway } from "./http-gateway/http-gateway.ts";
import { smsAliyun } from "./sms-aliyun/sms-aliyun.ts";
import { smsTencent } from "./sms-tencent/sms-tencent.ts";
import { voiceAliyun } from "./voice-aliyun/voice-aliyun.ts";
import { voiceTencent } from "./voice-tencent/voice-tencent.ts";
import { webPush } from "./web-push/web-push.ts";
import { webhook } from "./webhook/webhook.ts";
import { wecomApp } from "./wecom-app/wecom-app.ts";
import { wecomRobot } from "./wecom-robot/wecom-robot.ts";

const channels: readonly Channel[] = [
  wecomApp,
  dingtalkApp,
  smsAliyun,
  smsTencent,
  voiceAliyun,
  voiceTencent,
  httpGateway,
  email,
  webPush,
  wecomRobot,
  dingtalkRobot,
  feishuRobot,
  apprise,
  webhook,
  alertmanager,
];

/** All channels by id, in the order in which they are offered. */
export const CHANNELS: ReadonlyMap<string, Channel> = new Map(channels.map((channel) => [channel.id, channel]));
