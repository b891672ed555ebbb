import type { Words } from "./words.ts";

const WEEKDAYS = ["", "周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const SIGNS: Readonly<Record<string, string>> = {
  Cel: "℃",
  "ug/m3": "µg/m³",
  "mg/m3": "mg/m³",
  "m/s2": "m/s²",
  s: "秒",
  min: "分钟",
  h: "小时",
  d: "天",
  "1": "",
  CNY: "元",
};
const COMPARED: Readonly<Record<string, string>> = {
  above: "高于",
  "at least": "不低于",
  below: "低于",
  "at most": "不高于",
};
const FUNCTIONS: Readonly<Record<string, string>> = {
  mean: "均值",
  min: "最低",
  max: "最高",
  kinetic: "平均动力学温度",
};
const HAN = /\p{Script=Han}/u;

/** Names run together; a Latin one keeps its distance. */
function join(parts: readonly string[]): string {
  return parts.filter(Boolean).reduce((text, part) => {
    const apart = text !== "" && !(HAN.test(text.at(-1) ?? "") || HAN.test(part.at(0) ?? "") || /^\d/.test(part));
    return `${text}${apart ? " " : ""}${part}`;
  }, "");
}

export const zhCN: Words = {
  of: ({ zh }) => zh,
  brand: "【邻里】",
  drillBrand: "【邻里·演练】",
  drillMark: "演练",
  drill: "演练，无需到场。",
  severity: { critical: "紧急", high: "重要", medium: "一般", low: "轻微", informational: "提示" },
  place: (nearestFirst) => join(nearestFirst.toReversed()),
  headline: (label, { place, device, what }) => {
    const where = [place, device].filter(Boolean).join(" ");
    return `${label}：${[where, what].filter(Boolean).join("，")}`;
  },
  list: (items, more) => `${items.join("、")}${more > 0 ? `，另有 ${more} 台` : ""}`,
  yesNo: (value) => (value ? "是" : "否"),
  unit: (code) => SIGNS[code] ?? code,
  moment: (clock, day) => (day ? `${day.month}月${day.day}日 ${WEEKDAYS[day.weekday]} ${clock}` : clock),
  duration: ({ days, hours, minutes, seconds }) => {
    if (days > 0) return hours > 0 ? `${days} 天 ${hours} 时` : `${days} 天`;
    if (hours > 0) return minutes > 0 ? `${hours} 时 ${minutes} 分` : `${hours} 小时`;
    return minutes > 0 ? `${minutes} 分钟` : `${seconds} 秒`;
  },

  label: {
    nowSeverity: (severity) => `升为${severity}`,
    escalated: "升级",
    reminder: "提醒",
    nobodyCame: "无人到场",
    noData: "失联",
    dataBack: "恢复数据",
    cleared: "已恢复",
    closed: "已解除",
    ended: "已结束",
    progress: "进展",
    digest: "汇总",
    handover: "交接",
    platform: "平台",
    test: "测试",
  },

  where: (place, device) => `地点：${[place, device].filter(Boolean).join(" ")}`,
  since: (began, learned, within) => {
    const when = learned === undefined ? `${began} 触发` : `${began} 发生，${learned} 得知`;
    return `${when}${within === undefined ? "" : `，请 ${within}内确认`}。`;
  },
  seen: (facts) => `数据：${facts}`,
  toDo: (step) => `处置：${step}`,
  unacknowledged: (duration, told) => `已 ${duration}无人确认${told === undefined ? "" : `（已告知${told}）`}。`,
  nowYours: "现由您处理。",
  lapsed: "已确认，但到场时限已过，无人签到。",
  rose: (before, now) => `由${before}升为${now}。`,
  times: (count) => `反复：已 ${count} 次。`,
  silent: (duration) => `${duration === undefined ? "无数据" : `${duration}无数据`}，告警保持，状态不明。`,
  speaksAgain: "数据恢复上报，告警仍未恢复。",
  lasted: (duration, from, to) => `历时 ${duration}（${from} 至 ${to}）。`,
  healthyFor: (duration) => `数据已正常 ${duration}。`,
  over: {
    cleared: "触发条件已不成立。",
    person: "由人工解除。",
    retired: "设备已停用，告警随之结束，不代表已修复。",
    rule: "规则已变更，告警随之结束，不代表已修复。",
  },

  fact: (label, value, asked) => `${label} ${value}${asked === undefined ? "" : `（${asked}）`}`,
  asked(asked, say) {
    const [, word = "", limit = ""] = /^(above|at least|below|at most) (.+)$/.exec(asked) ?? [];
    if (COMPARED[word] !== undefined) return `${COMPARED[word]} ${limit}`;
    const [, low, high] = /^outside (.+) to (.+)$/.exec(asked) ?? [];
    if (low !== undefined) return `超出 ${low} 至 ${high}`;
    const [, silent] = /^for more than ([\d.]+) s$/.exec(asked) ?? [];
    if (silent !== undefined) return `超过 ${say(Number(silent))}`;
    const [, stuck] = /^unchanged for ([\d.]+) h$/.exec(asked) ?? [];
    return stuck === undefined ? undefined : `${say(Number(stuck) * 3_600)}未变`;
  },
  what(what, point, say) {
    const [, fn = "", of = "", over = ""] = /^(mean|min|max|kinetic) of (\S+) over ([\d.]+) min$/.exec(what) ?? [];
    if (of !== "") return `${point(of)} ${say(Number(over) * 60)}${FUNCTIONS[fn]}`;
    const [, changed = "", per = ""] = /^change of (\S+) per ([\d.]+) min$/.exec(what) ?? [];
    if (changed !== "") return `${point(changed)} 每 ${say(Number(per) * 60)}变化`;
    const [, counted] = /^times within ([\d.]+) min$/.exec(what) ?? [];
    if (counted !== undefined) return `${say(Number(counted) * 60)}内次数`;
    const [, summed] = /^minutes within ([\d.]+) h$/.exec(what) ?? [];
    if (summed !== undefined) return `${say(Number(summed) * 3_600)}内累计分钟`;
    return { connection: "连接", silent: "无数据", "opening hours": "开放时间", "sun elevation": "太阳高度" }[what];
  },
  connection: {
    online: "在线",
    late: "迟报",
    offline: "离线",
    sleeping: "休眠",
    unknown: "未知",
    open: "开放",
    closed: "关闭",
  },

  devices: (count, kind) => `${count} 台${kind ?? "设备"}`,
  cause: {
    parent: "网关失联",
    common: "共同原因（停电或断网）",
    redundancy: "备用设备同时失效",
    adjacent: "相邻设备同时失效",
    place: "同一地点",
  },
  together: (devices, what) => `${devices}${what ?? "异常"}`,
  back: (back, all) => `已恢复 ${back}/${all} 台`,
  likely: (cause) => `可能原因：${cause}，按 1 件处理。`,
  names: (list) => `设备：${list}`,
  stillFaulty: (list) => `尚未恢复：${list}`,
  endedOtherwise: (count) => `其中 ${count} 台因停用、规则变更或人工解除而结束，不代表已修复。`,
  alerts: (count) => `${count} 条告警`,
  platform: {
    "channel-dead": (subject) => `${subject} 发不出消息`,
    gone: (subject) => `${subject} 引用了已不存在的对象`,
    nobody: (subject) => `${subject} 没有可通知的人`,
    "rota-hole": (subject) => `${subject} 有值班空档`,
    "no-desk": () => "没有 24 小时值守的值班台",
    "second-desk": (subject) => `${subject} 是第二个值班台`,
    "chain-without-desk": (subject) => `${subject} 没有以值班台结束`,
    "robot-only": (subject) => `${subject} 只有群机器人，没有人`,
    "page-only": (subject) => `${subject} 只能在网页上看到告警`,
    "no-contact": (subject) => `${subject} 联系不上`,
    unreadable: (subject) => `${subject} 无法解析`,
    over: (subject) => `${subject} 已结束`,
    endless: (subject) => `${subject} 没有结束`,
    "too-broad": (subject) => `${subject} 屏蔽范围过大`,
    "life-safety": (subject) => `${subject} 不得屏蔽生命安全告警`,
  },
  testTitle: "通道可用",
  testText: "这是一条测试消息，无需处理。",
};
