import { messageSchema } from "@linli/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { subjectOf } from "../duty/subject.ts";
import { ALERT_AT, alertOf, ruleOf } from "../testing/alerts.ts";
import { deviceOf, PLACES, worldOf } from "../testing/test-world.ts";
import { trapped, warm, worded } from "../testing/wording.ts";
import { width } from "./fit.ts";
import { wordMessage } from "./word-message.ts";

const OPENED = { about: "alert", occasion: "opened" } as const;

describe("a title", () => {
  it("counts a Chinese character as one and a half Latin ones, an emoji as one", () => {
    expect(width("7号电梯")).toBe(5.5);
    expect(width("Lift 7")).toBe(6);
    expect(width("👩‍🚒")).toBe(1);
  });

  it("gives up the place before what happened, and keeps two devices apart", () => {
    const subject = { about: "alert", occasion: "escalation" } as const;
    expect(worded({ ...subject, subject: warm() }, "en").title).toBe(
      "[Linli] ESCALATED: Medicine outside its temperatur…, 购药机 1",
    );
  });

  it("fits whatever things are called, and so do the values for reviewed templates", () => {
    const name = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 150 }),
      fc.stringMatching(/^[电梯灯楼幢]{1,150}$/),
    );
    const named = name.filter((text) => text.trim() !== "");
    fc.assert(
      fc.property(
        named,
        named,
        named,
        fc.constantFrom("zh-CN" as const, "en" as const),
        (device, place, what, language) => {
          const world = worldOf({
            devices: [deviceOf("elevator-07", "elevator", { name: device.trim() })],
            places: PLACES.map((level) => ({ ...level, name: place })),
            rules: [ruleOf({ name: { zh: what, en: what }, text: { zh: what, en: what } })],
          });
          const subject = subjectOf(alertOf(), world);
          const message = wordMessage({ ...OPENED, subject, language, world, at: ALERT_AT, drill: true });
          expect(width(message.title)).toBeLessThanOrEqual(60);
          const whole = {
            key: "k",
            subject: "s",
            occasion: "opened",
            severity: "high",
            lifeSafety: false,
            language,
            alerts: [],
            at: 0,
          };
          messageSchema.parse({ ...whole, ...message });
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("values for reviewed templates", () => {
  it("tell the occasion too: a template may show nothing else", () => {
    const over = { active: false, clearedAt: ALERT_AT, endedBy: "cleared" } as const;
    expect(worded({ ...OPENED, subject: trapped() }, "zh-CN").variables).toEqual({
      device: "7号电梯",
      place: "3幢2单元",
      what: "有人被困",
      since: "16:14",
    });
    const cleared = { about: "alert", occasion: "cleared", subject: trapped(over) } as const;
    expect(worded(cleared, "zh-CN").variables["what"]).toBe("已恢复：有人被困");
    expect(worded(cleared, "en").variables["what"]).toBe("CLEARED: Passenger trapped");
    expect(worded({ ...OPENED, subject: trapped() }, "en", 0, true).variables["what"]).toBe("DRILL: Passenger trapped");
  });

  it("hold no telephone number and no address", () => {
    const device = deviceOf("elevator-07", "elevator", { name: "7号梯 13812345678 或 0571-88886666 https://x.cn/a" });
    const world = worldOf({ devices: [device], rules: [ruleOf()] });
    const subject = subjectOf(alertOf(), world);
    const { variables } = wordMessage({ ...OPENED, subject, language: "zh-CN", world, at: ALERT_AT });
    expect(variables["device"]).toBe("7号梯 或");
  });
});

describe("the rule's text", () => {
  const said = (text: string, facts: Parameters<typeof alertOf>[0] = {}) => {
    const rules = [ruleOf({ text: { zh: text, en: text } })];
    const devices = [deviceOf("elevator-07", "elevator", { name: "Lift 7", placeId: "b3-u2" })];
    const world = worldOf({ devices, rules });
    const subject = subjectOf(alertOf(facts), world);
    return wordMessage({ ...OPENED, subject, language: "en", world, at: ALERT_AT }).text.split("\n")[0];
  };

  it("is filled in with the device, the place, the first point, or a point by its name", () => {
    const facts = [{ what: "carLoad", value: 81.27, asked: "above 80", observedAt: ALERT_AT }];
    expect(said("{device} at {place}", { facts })).toBe("Lift 7 at 2单元, 3幢");
    expect(said("too heavy: {carLoad}", { facts })).toMatch(/^too heavy: 81\.3( \S+|%)?$/);
    expect(said("{point}", { facts })).toMatch(/ 81\.3/);
  });

  it("is left out when something in it is not known: the title has the fault", () => {
    expect(said("stands at {floorLabel}")).toBe("Where: Lift 7, 2单元, 3幢, 星光里");
  });

  it("and its steps lose their Markdown", () => {
    const steps = "\n## 1. Call [the desk](https://x.cn), **now** `*`\n2. Go";
    const world = worldOf({ rules: [ruleOf({ steps: { zh: steps, en: steps } })] });
    const { text } = wordMessage({
      ...OPENED,
      subject: subjectOf(alertOf(), world),
      language: "en",
      world,
      at: ALERT_AT,
    });
    expect(text.split("\n").at(-1)).toBe("To do: Call the desk, now *");
  });
});

it("times are the site's, through a change of its clock", () => {
  const at = Date.parse("2026-10-25T03:00:00Z");
  const world = worldOf({ timeZone: "Europe/Berlin", rules: [ruleOf()] });
  const alert = alertOf({ openedAt: Date.parse("2026-10-25T00:30:00Z"), beganAt: Date.parse("2026-10-24T21:30:00Z") });
  const subject = subjectOf(alert, world);
  expect(wordMessage({ ...OPENED, subject, language: "en", world, at }).text).toContain(
    "Happened Sat 24 Oct 23:30, learned 02:30.",
  );
});
