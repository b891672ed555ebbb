import type { Incident } from "@linli/model";
import { describe, expect, it } from "vitest";
import { ALERT_AT } from "../testing/alerts.ts";
import { dark, said, trapped, warm } from "../testing/wording.ts";
import type { News } from "./wording.ts";

const minute = (n: number) => ALERT_AT + n * 60_000;
const over = { active: false, clearedAt: minute(14) };

/** Lamps that are dark; the first so many are back. */
const lamps = (count: number, back = 0) =>
  Array.from({ length: count }, (_, index) =>
    dark(index + 1, index < back ? { ...over, endedBy: "cleared" as const } : {}),
  );

function incidentOf(cause: Incident["cause"], changes: Partial<Incident> = {}): Incident {
  return {
    id: "i",
    cause,
    placeId: "east",
    parentAlertId: null,
    severity: "medium",
    openedAt: ALERT_AT,
    closedAt: null,
    members: [],
    ...changes,
  };
}

describe("what is said of several", () => {
  it("a shared cause, the devices named", () => {
    const news: News = {
      about: "incident",
      occasion: "opened",
      incident: incidentOf("common"),
      members: lamps(22),
      of: 30,
      acknowledgeWithin: 14_400_000,
    };
    expect(said(news, "zh-CN")).toEqual([
      "【邻里】一般：星光里，22/30 台路灯夜间不亮",
      "地点：星光里",
      "可能原因：共同原因（停电或断网），按 1 件处理。",
      "设备：1号灯、2号灯、3号灯、4号灯、5号灯、6号灯、7号灯、8号灯、9号灯、10号灯，另有 12 台",
      "16:14 触发，请 4 小时内确认。",
    ]);
    expect(said(news, "en")).toEqual([
      "[Linli] MEDIUM: 22 of 30 streetlights: Dark at night, 星光里",
      "Where: 星光里",
      "Likely cause: a shared cause (power or network); one task.",
      "Devices: 1号灯, 2号灯, 3号灯, 4号灯, 5号灯, 6号灯, 7号灯, 8号灯, 9号灯, 10号灯 and 12 more",
      "Since 16:14. Acknowledge within 4 h.",
    ]);
  });

  it("handed up", () => {
    const news: News = {
      about: "incident",
      occasion: "escalation",
      incident: incidentOf("parent", { placeId: null }),
      members: lamps(3),
      told: ["li"],
    };
    expect(said(news, "zh-CN", 15)).toEqual([
      "【邻里】升级：3 台路灯夜间不亮",
      "已 15 分钟无人确认（已告知李四）。现由您处理。",
      "可能原因：网关失联，按 1 件处理。",
      "设备：1号灯、2号灯、3号灯",
      "16:14 触发。",
    ]);
    expect(said(news, "en", 15)).toEqual([
      "[Linli] ESCALATED: 3 streetlights: Dark at night",
      "No acknowledgement for 15 min (李四 told). Now yours.",
      "Likely cause: a gateway that is away; one task.",
      "Devices: 1号灯, 2号灯, 3号灯",
      "Since 16:14.",
    ]);
  });

  it("different faults of different kinds", () => {
    const news: News = {
      about: "incident",
      occasion: "opened",
      incident: incidentOf("place", { placeId: "b3" }),
      members: [dark(1), trapped(), warm()],
    };
    expect(said(news, "zh-CN")).toEqual([
      "【邻里】一般：3幢，3 台设备异常",
      "地点：星光里3幢",
      "可能原因：同一地点，按 1 件处理。",
      "设备：1号灯、7号电梯、购药机 1",
      "16:14 触发。",
    ]);
    expect(said(news, "en")).toEqual([
      "[Linli] MEDIUM: 3 devices faulty, 3幢",
      "Where: 3幢, 星光里",
      "Likely cause: the same place; one task.",
      "Devices: 1号灯, 7号电梯, 购药机 1",
      "Since 16:14.",
    ]);
  });

  it("seven of twelve are back", () => {
    const news: News = {
      about: "incident",
      occasion: "progress",
      incident: incidentOf("adjacent"),
      members: lamps(12, 7),
    };
    expect(said(news, "zh-CN", 20)).toEqual([
      "【邻里】进展：星光里，已恢复 7/12 台",
      "地点：星光里",
      "可能原因：相邻设备同时失效，按 1 件处理。",
      "尚未恢复：8号灯、9号灯、10号灯、11号灯、12号灯",
      "16:14 触发。",
    ]);
    expect(said(news, "en", 20)).toEqual([
      "[Linli] PROGRESS: 7 of 12 back, 星光里",
      "Where: 星光里",
      "Likely cause: neighbours that failed together; one task.",
      "Not back yet: 8号灯, 9号灯, 10号灯, 11号灯, 12号灯",
      "Since 16:14.",
    ]);
  });

  it("one that was retired is not back", () => {
    const members = [dark(9, { ...over, endedBy: "retired" }), ...lamps(3, 1)];
    const news: News = { about: "incident", occasion: "progress", incident: incidentOf("adjacent"), members };
    expect(said(news, "en", 20)[0]).toBe("[Linli] PROGRESS: 1 of 4 back, 星光里");
    expect(said(news, "zh-CN", 20)).toContain("其中 1 台因停用、规则变更或人工解除而结束，不代表已修复。");
  });

  it("all are back", () => {
    const news: News = {
      about: "incident",
      occasion: "cleared",
      incident: incidentOf("adjacent", { closedAt: minute(20) }),
      members: lamps(3, 3),
    };
    expect(said(news, "zh-CN", 20)).toEqual([
      "【邻里】已恢复：星光里，3 台路灯夜间不亮",
      "地点：星光里",
      "历时 20 分钟（16:14 至 16:34）。",
      "设备：1号灯、2号灯、3号灯",
    ]);
    expect(said(news, "en", 20)).toEqual([
      "[Linli] CLEARED: 3 streetlights: Dark at night, 星光里",
      "Where: 星光里",
      "After 20 min (16:14 to 16:34).",
      "Devices: 1号灯, 2号灯, 3号灯",
    ]);
  });

  it("all are over, one of them without proof", () => {
    const news: News = {
      about: "incident",
      occasion: "cleared",
      incident: incidentOf("adjacent", { closedAt: minute(20) }),
      members: [...lamps(3, 3).slice(1), dark(9, { ...over, endedBy: "retired" })],
    };
    expect(said(news, "zh-CN", 20)).toEqual([
      "【邻里】已恢复：星光里，3 台路灯夜间不亮",
      "地点：星光里",
      "历时 20 分钟（16:14 至 16:34）。",
      "其中 1 台因停用、规则变更或人工解除而结束，不代表已修复。",
      "设备：2号灯、3号灯、9号灯",
    ]);
    expect(said(news, "en", 20)).toEqual([
      "[Linli] CLEARED: 3 streetlights: Dark at night, 星光里",
      "Where: 星光里",
      "After 20 min (16:14 to 16:34).",
      "1 of them ended by hand, by a changed rule or a retired device: no proof of repair.",
      "Devices: 2号灯, 3号灯, 9号灯",
    ]);
  });

  it("all ended with a changed rule: never called fixed", () => {
    const news: News = {
      about: "incident",
      occasion: "cleared",
      incident: incidentOf("adjacent", { closedAt: minute(20) }),
      members: [dark(9, { ...over, endedBy: "rule" })],
    };
    expect(said(news, "zh-CN", 20)).toEqual([
      "【邻里】已结束：星光里，1 台路灯夜间不亮",
      "地点：星光里",
      "历时 20 分钟（16:14 至 16:34）。",
      "其中 1 台因停用、规则变更或人工解除而结束，不代表已修复。",
      "设备：9号灯",
    ]);
    expect(said(news, "en", 20)).toEqual([
      "[Linli] ENDED: 1 streetlight: Dark at night, 星光里",
      "Where: 星光里",
      "After 20 min (16:14 to 16:34).",
      "1 of them ended by hand, by a changed rule or a retired device: no proof of repair.",
      "Devices: 9号灯",
    ]);
  });

  it("a digest: the open and the worst first", () => {
    const news: News = {
      about: "list",
      occasion: "digest",
      subjects: [warm({ ...over, endedBy: "cleared" }), ...lamps(20), trapped()],
    };
    expect(said(news, "zh-CN", 60)).toEqual([
      "【邻里】汇总：22 条告警，最高紧急",
      "16:14 紧急：3幢2单元 7号电梯，有人被困",
      "16:14 一般：星光里 1号灯，夜间不亮",
      "16:14 一般：星光里 2号灯，夜间不亮",
      "16:14 一般：星光里 3号灯，夜间不亮",
      "16:14 一般：星光里 4号灯，夜间不亮",
      "16:14 一般：星光里 5号灯，夜间不亮",
      "16:14 一般：星光里 6号灯，夜间不亮",
      "16:14 一般：星光里 7号灯，夜间不亮",
      "16:14 一般：星光里 8号灯，夜间不亮",
      "16:14 一般：星光里 9号灯，夜间不亮",
      "另有 12 条",
    ]);
    expect(said(news, "en", 60)).toEqual([
      "[Linli] DIGEST: 22 alerts, worst CRITICAL",
      "16:14 CRITICAL: Passenger trapped, 7号电梯, 2单元, 3幢",
      "16:14 MEDIUM: Dark at night, 1号灯, 星光里",
      "16:14 MEDIUM: Dark at night, 2号灯, 星光里",
      "16:14 MEDIUM: Dark at night, 3号灯, 星光里",
      "16:14 MEDIUM: Dark at night, 4号灯, 星光里",
      "16:14 MEDIUM: Dark at night, 5号灯, 星光里",
      "16:14 MEDIUM: Dark at night, 6号灯, 星光里",
      "16:14 MEDIUM: Dark at night, 7号灯, 星光里",
      "16:14 MEDIUM: Dark at night, 8号灯, 星光里",
      "16:14 MEDIUM: Dark at night, 9号灯, 星光里",
      "and 12 more",
    ]);
  });

  it("what a shift leaves the next", () => {
    const news: News = { about: "list", occasion: "handover", subjects: [trapped()] };
    expect(said(news, "zh-CN", 60)).toEqual([
      "【邻里】交接：1 条告警，最高紧急",
      "16:14 紧急：3幢2单元 7号电梯，有人被困",
    ]);
    expect(said(news, "en", 60)).toEqual([
      "[Linli] HANDOVER: 1 alert, worst CRITICAL",
      "16:14 CRITICAL: Passenger trapped, 7号电梯, 2单元, 3幢",
    ]);
  });

  it("the platform's own trouble", () => {
    const news: News = {
      about: "platform",
      occasion: "platform",
      code: "rota-hole",
      subject: "rota/week",
      detail: "nobody is on call from 2026-06-07 00:00 to 2026-06-08 00:00",
    };
    expect(said(news, "zh-CN")).toEqual([
      "【邻里】平台：rota/week 有值班空档",
      "nobody is on call from 2026-06-07 00:00 to 2026-06-08 00:00",
    ]);
    expect(said(news, "en")).toEqual([
      "[Linli] PLATFORM: nobody is on call at times in rota/week",
      "nobody is on call from 2026-06-07 00:00 to 2026-06-08 00:00",
    ]);
  });

  it("a test", () => {
    const news: News = { about: "test", occasion: "test" };
    expect(said(news, "zh-CN")).toEqual(["【邻里】测试：通道可用", "这是一条测试消息，无需处理。"]);
    expect(said(news, "en")).toEqual(["[Linli] TEST: this channel works", "This is a test; nothing needs to be done."]);
  });
});
