import { describe, expect, it } from "vitest";
import { ALERT_AT } from "../testing/alerts.ts";
import { dark, said, subjectWith, trapped, warm } from "../testing/wording.ts";
import type { News } from "./wording.ts";

const minute = (n: number) => ALERT_AT + n * 60_000;
const over = { active: false, clearedAt: minute(14) };

describe("what is said of an alert", () => {
  it("somebody is trapped", () => {
    const news: News = {
      about: "alert",
      occasion: "opened",
      subject: trapped({
        facts: [{ what: "entrapment", value: "floorLabel 5", asked: "reported", observedAt: ALERT_AT }],
      }),
      acknowledgeWithin: 180_000,
    };
    expect(said(news, "zh-CN")).toEqual([
      "【邻里】紧急：3幢2单元 7号电梯，有人被困",
      "轿厢内有人被困",
      "地点：星光里3幢2单元 7号电梯",
      "16:14 触发，请 3 分钟内确认。",
      "数据：困人 楼层 5",
      "处置：先与乘客通话。",
    ]);
    expect(said(news, "en")).toEqual([
      "[Linli] CRITICAL: Passenger trapped, 7号电梯, 2单元, 3幢",
      "Somebody is trapped in the car",
      "Where: 7号电梯, 2单元, 3幢, 星光里",
      "Since 16:14. Acknowledge within 3 min.",
      "Seen: Entrapment Floor 5",
      "To do: Speak to them first.",
    ]);
  });

  it("buffered: happened, and learned later", () => {
    const news: News = {
      about: "alert",
      occasion: "opened",
      subject: warm({ beganAt: minute(-5) }),
      acknowledgeWithin: 900_000,
    };
    expect(said(news, "zh-CN")).toEqual([
      "【邻里】重要：4幢 购药机 1，药品温度超出温区",
      "4幢购药机 1：箱内温度 A 9.4 ℃，满 10 分钟须暂停销售",
      "地点：星光里4幢 购药机 1",
      "16:09 发生，16:14 得知，请 15 分钟内确认。",
      "数据：箱内温度 A 9.4 ℃（高于 8）；温区 A 冷藏 2–10 ℃",
      "处置：看曲线：升温还是降温。",
    ]);
    expect(said(news, "en")).toEqual([
      "[Linli] HIGH: Medicine outside its temperature zone, 购药机 1",
      "购药机 1, 4幢: Temperature A 9.4 °C; sale is held after 10 min",
      "Where: 购药机 1, 4幢, 星光里",
      "Happened 16:09, learned 16:14. Acknowledge within 15 min.",
      "Seen: Temperature A 9.4 °C (above 8); Zone A Cold",
      "To do: See the curve: rising or falling.",
    ]);
  });

  it("a reminder on another day", () => {
    const news: News = { about: "alert", occasion: "reminder", subject: warm() };
    expect(said(news, "zh-CN", 20 * 60)).toEqual([
      "【邻里】提醒：4幢 购药机 1，药品温度超出温区",
      "已 20 小时无人确认。",
      "4幢购药机 1：箱内温度 A 9.4 ℃，满 10 分钟须暂停销售",
      "地点：星光里4幢 购药机 1",
      "6月1日 周一 16:14 触发。",
      "数据：箱内温度 A 9.4 ℃（高于 8）；温区 A 冷藏 2–10 ℃",
      "处置：看曲线：升温还是降温。",
    ]);
    expect(said(news, "en", 20 * 60)).toEqual([
      "[Linli] REMINDER: Medicine outside its temperature…, 购药机 1",
      "No acknowledgement for 20 h.",
      "购药机 1, 4幢: Temperature A 9.4 °C; sale is held after 10 min",
      "Where: 购药机 1, 4幢, 星光里",
      "Since Mon 1 Jun 16:14.",
      "Seen: Temperature A 9.4 °C (above 8); Zone A Cold",
      "To do: See the curve: rising or falling.",
    ]);
  });

  it("handed up, with the names of those who were told", () => {
    const news: News = {
      about: "alert",
      occasion: "escalation",
      subject: trapped(),
      told: ["zhang", "li", "gone"],
      acknowledgeWithin: 180_000,
    };
    expect(said(news, "zh-CN", 6)).toEqual([
      "【邻里】升级：3幢2单元 7号电梯，有人被困",
      "已 6 分钟无人确认（已告知张三、李四）。现由您处理。",
      "轿厢内有人被困",
      "地点：星光里3幢2单元 7号电梯",
      "16:14 触发，请 3 分钟内确认。",
      "处置：先与乘客通话。",
    ]);
    expect(said(news, "en", 6)).toEqual([
      "[Linli] ESCALATED: Passenger trapped, 7号电梯, 2单元, 3幢",
      "No acknowledgement for 6 min (张三, 李四 told). Now yours.",
      "Somebody is trapped in the car",
      "Where: 7号电梯, 2单元, 3幢, 星光里",
      "Since 16:14. Acknowledge within 3 min.",
      "To do: Speak to them first.",
    ]);
  });

  it("it got worse", () => {
    const news: News = {
      about: "alert",
      occasion: "severity",
      subject: warm({ severity: "critical" }),
      before: "high",
    };
    expect(said(news, "zh-CN", 6)).toEqual([
      "【邻里】升为紧急：4幢 购药机 1，药品温度超出温区",
      "由重要升为紧急。",
      "4幢购药机 1：箱内温度 A 9.4 ℃，满 10 分钟须暂停销售",
      "地点：星光里4幢 购药机 1",
      "16:14 触发。",
      "数据：箱内温度 A 9.4 ℃（高于 8）；温区 A 冷藏 2–10 ℃",
      "处置：看曲线：升温还是降温。",
    ]);
    expect(said(news, "en", 6)).toEqual([
      "[Linli] NOW CRITICAL: Medicine outside its tempera…, 购药机 1",
      "Was HIGH, is CRITICAL.",
      "购药机 1, 4幢: Temperature A 9.4 °C; sale is held after 10 min",
      "Where: 购药机 1, 4幢, 星光里",
      "Since 16:14.",
      "Seen: Temperature A 9.4 °C (above 8); Zone A Cold",
      "To do: See the curve: rising or falling.",
    ]);
  });

  it("acknowledged, and nobody came", () => {
    const news: News = { about: "alert", occasion: "reminder", subject: trapped(), lapsed: true };
    expect(said(news, "zh-CN", 30)).toEqual([
      "【邻里】无人到场：3幢2单元 7号电梯，有人被困",
      "已确认，但到场时限已过，无人签到。",
      "轿厢内有人被困",
      "地点：星光里3幢2单元 7号电梯",
      "16:14 触发。",
      "处置：先与乘客通话。",
    ]);
    expect(said(news, "en", 30)).toEqual([
      "[Linli] NOBODY CAME: Passenger trapped, 7号电梯, 2单元, 3幢",
      "Acknowledged, but the time to be there is over and nobody has said to have arrived.",
      "Somebody is trapped in the car",
      "Where: 7号电梯, 2单元, 3幢, 星光里",
      "Since 16:14.",
      "To do: Speak to them first.",
    ]);
  });

  it("it comes and goes", () => {
    const news: News = { about: "alert", occasion: "opened", subject: dark(1), times: 7 };
    expect(said(news, "zh-CN", 30)).toEqual([
      "【邻里】一般：星光里 1号灯，夜间不亮",
      "地点：星光里 1号灯",
      "16:14 触发。",
      "反复：已 7 次。",
      "处置：查看供电",
    ]);
    expect(said(news, "en", 30)).toEqual([
      "[Linli] MEDIUM: Dark at night, 1号灯, 星光里",
      "Where: 1号灯, 星光里",
      "Since 16:14.",
      "Comes and goes: 7 times so far.",
      "To do: Look at the supply",
    ]);
  });

  it("a drill", () => {
    const news: News = { about: "alert", occasion: "drill", subject: trapped(), acknowledgeWithin: 180_000 };
    expect(said(news, "zh-CN")).toEqual([
      "【邻里·演练】紧急：3幢2单元 7号电梯，有人被困",
      "演练，无需到场。",
      "轿厢内有人被困",
      "地点：星光里3幢2单元 7号电梯",
      "16:14 触发，请 3 分钟内确认。",
      "处置：先与乘客通话。",
    ]);
    expect(said(news, "en")).toEqual([
      "[Linli DRILL] CRITICAL: Passenger trapped, 7号电梯, 2单元, 3幢",
      "This is a drill: do not attend.",
      "Somebody is trapped in the car",
      "Where: 7号电梯, 2单元, 3幢, 星光里",
      "Since 16:14. Acknowledge within 3 min.",
      "To do: Speak to them first.",
    ]);
  });

  it("its device fell silent", () => {
    const news: News = { about: "alert", occasion: "progress", subject: warm({ stale: true }), silentSince: ALERT_AT };
    expect(said(news, "zh-CN", 42)).toEqual([
      "【邻里】失联：4幢 购药机 1，药品温度超出温区",
      "42 分钟无数据，告警保持，状态不明。",
      "地点：星光里4幢 购药机 1",
      "16:14 触发。",
    ]);
    expect(said(news, "en", 42)).toEqual([
      "[Linli] NO DATA: Medicine outside its temperature…, 购药机 1",
      "No data for 42 min. Alert stays open, state unknown.",
      "Where: 购药机 1, 4幢, 星光里",
      "Since 16:14.",
    ]);
  });

  it("its device speaks again", () => {
    const news: News = { about: "alert", occasion: "progress", subject: warm() };
    expect(said(news, "zh-CN", 42)).toEqual([
      "【邻里】恢复数据：4幢 购药机 1，药品温度超出温区",
      "数据恢复上报，告警仍未恢复。",
      "地点：星光里4幢 购药机 1",
      "16:14 触发。",
    ]);
    expect(said(news, "en", 42)).toEqual([
      "[Linli] DATA BACK: Medicine outside its temperatur…, 购药机 1",
      "Data is coming in again; the alert is still open.",
      "Where: 购药机 1, 4幢, 星光里",
      "Since 16:14.",
    ]);
  });

  it("cleared", () => {
    const news: News = { about: "alert", occasion: "cleared", subject: warm({ ...over, endedBy: "cleared" }) };
    expect(said(news, "zh-CN", 14)).toEqual([
      "【邻里】已恢复：4幢 购药机 1，药品温度超出温区",
      "历时 14 分钟（16:14 至 16:28）。数据已正常 5 分钟。",
      "触发条件已不成立。",
      "地点：星光里4幢 购药机 1",
    ]);
    expect(said(news, "en", 14)).toEqual([
      "[Linli] CLEARED: Medicine outside its temperature…, 购药机 1",
      "After 14 min (16:14 to 16:28). Healthy for 5 min.",
      "The condition no longer holds.",
      "Where: 购药机 1, 4幢, 星光里",
    ]);
  });

  it("closed by a person", () => {
    const news: News = {
      about: "alert",
      occasion: "ended",
      subject: trapped({ ...over, endedBy: "person", clearedAt: minute(134) }),
    };
    expect(said(news, "zh-CN", 134)).toEqual([
      "【邻里】已解除：3幢2单元 7号电梯，有人被困",
      "历时 2 时 14 分（16:14 至 18:28）。",
      "由人工解除。",
      "地点：星光里3幢2单元 7号电梯",
    ]);
    expect(said(news, "en", 134)).toEqual([
      "[Linli] CLOSED: Passenger trapped, 7号电梯, 2单元, 3幢",
      "After 2 h 14 min (16:14 to 18:28).",
      "Closed by a person.",
      "Where: 7号电梯, 2单元, 3幢, 星光里",
    ]);
  });

  it("ended by a changed rule: never called fixed", () => {
    const news: News = { about: "alert", occasion: "ended", subject: warm({ ...over, endedBy: "rule" }) };
    expect(said(news, "zh-CN", 14)).toEqual([
      "【邻里】已结束：4幢 购药机 1，药品温度超出温区",
      "历时 14 分钟（16:14 至 16:28）。",
      "规则已变更，告警随之结束，不代表已修复。",
      "地点：星光里4幢 购药机 1",
    ]);
    expect(said(news, "en", 14)).toEqual([
      "[Linli] ENDED: Medicine outside its temperature zo…, 购药机 1",
      "After 14 min (16:14 to 16:28).",
      "Ended because the rule was changed. This is no proof of repair.",
      "Where: 购药机 1, 4幢, 星光里",
    ]);
  });

  it("ended by retiring the device: never called fixed", () => {
    const news: News = { about: "alert", occasion: "ended", subject: warm({ ...over, endedBy: "retired" }) };
    expect(said(news, "zh-CN", 14)).toEqual([
      "【邻里】已结束：4幢 购药机 1，药品温度超出温区",
      "历时 14 分钟（16:14 至 16:28）。",
      "设备已停用，告警随之结束，不代表已修复。",
      "地点：星光里4幢 购药机 1",
    ]);
    expect(said(news, "en", 14)).toEqual([
      "[Linli] ENDED: Medicine outside its temperature zo…, 购药机 1",
      "After 14 min (16:14 to 16:28).",
      "Ended because the device was retired. This is no proof of repair.",
      "Where: 购药机 1, 4幢, 星光里",
    ]);
  });

  it("rule and device are gone: people are told all the same", () => {
    const news: News = {
      about: "alert",
      occasion: "opened",
      subject: subjectWith({ ruleId: "no.such", deviceId: "gone-01" }),
    };
    expect(said(news, "zh-CN")).toEqual(["【邻里】紧急：gone-01，no.such", "地点：gone-01", "16:14 触发。"]);
    expect(said(news, "en")).toEqual(["[Linli] CRITICAL: no.such, gone-01", "Where: gone-01", "Since 16:14."]);
  });
});
