import { type Contact, channelSettingSchema, contactSchema } from "@linli/model";
import { describe, expect, it } from "vitest";
import { personOf, worldOf } from "../testing/test-world.ts";
import { waysOf } from "./ways.ts";
import type { Urgency } from "./world.ts";

const way = (channelId: string) => ({ channelId, address: "a" });
const channels = [
  { id: "mail", type: "email" },
  { id: "sms", type: "sms-aliyun" },
  { id: "group", type: "wecom-robot" },
  { id: "off", type: "email", enabled: false },
].map((channel) => channelSettingSchema.parse({ name: channel.id, config: {}, ...channel }));

const NOON = "2026-06-03T12:00:00+08:00";
const NIGHT = "2026-06-03T23:30:00+08:00";

interface Given {
  readonly contact?: Partial<Contact> | undefined;
  readonly urgency?: Partial<Urgency>;
  readonly at?: string;
}

function reached({ contact = {}, urgency = {}, at = NOON }: Given) {
  const given = contactSchema.parse({ id: "an", default: [way("mail")], urgent: [way("sms")], ...contact });
  const world = worldOf({ people: [personOf("an")], arrangements: { contact: [given], channel: channels } });
  const asked: Urgency = { severity: "high", lifeSafety: false, urgent: false, onDuty: false, ...urgency };
  const { ways, reason, about } = waysOf("an", asked, Date.parse(at), world);
  return reason === undefined ? ways.map(({ channelId }) => channelId).join(" ") : `${reason}: ${about}`;
}

describe("a person's ways", () => {
  it("the urgent ones for what is critical, for life safety and for steps that ask for it", () => {
    expect(reached({})).toBe("mail");
    expect(reached({ urgency: { urgent: true } })).toBe("sms");
    expect(reached({ urgency: { severity: "critical" } })).toBe("sms");
    expect(reached({ urgency: { lifeSafety: true } })).toBe("sms");
  });

  it("the others where there are no urgent ones, or none in use", () => {
    expect(reached({ contact: { urgent: [] }, urgency: { urgent: true } })).toBe("mail");
    expect(reached({ contact: { urgent: [way("off")] }, urgency: { urgent: true } })).toBe("mail");
  });

  it("passes over urgent ways that are robots alone", () => {
    expect(reached({ contact: { urgent: [way("group")] }, urgency: { severity: "critical" } })).toBe("mail");
    expect(reached({ contact: { urgent: [way("group"), way("sms")] }, urgency: { severity: "critical" } })).toBe(
      "group sms",
    );
  });

  it("the page needs no setting up", () => {
    expect(reached({ contact: { default: [way("page")] } })).toBe("page");
  });

  it("says why there is none", () => {
    expect(reached({ contact: { default: [], urgent: [] } })).toBe("no-contact: an");
    expect(reached({ contact: { default: [way("off"), way("lost")] } })).toBe("no-channel: off, lost");
    const world = worldOf({ people: [personOf("an")] });
    const urgency: Urgency = { severity: "high", lifeSafety: false, urgent: false, onDuty: true };
    expect(waysOf("an", urgency, 0, world)).toEqual({ ways: [], reason: "no-contact", about: "an" });
  });
});

describe("quiet hours", () => {
  const contact = { quiet: { from: "22:00", to: "07:00", timeZone: "Asia/Shanghai" } };

  it("withhold over midnight, with the time at which they end", () => {
    expect(reached({ contact, at: NIGHT })).toBe("quiet-hours: until 07:00");
    expect(reached({ contact, at: "2026-06-03T06:59:59+08:00" })).toBe("quiet-hours: until 07:00");
    expect(reached({ contact, at: "2026-06-03T07:00:00+08:00" })).toBe("mail");
    expect(reached({ contact, at: "2026-06-03T21:59:59+08:00" })).toBe("mail");
  });

  it("never bind somebody on duty, and never where life may be at risk", () => {
    expect(reached({ contact, at: NIGHT, urgency: { onDuty: true } })).toBe("mail");
    expect(reached({ contact, at: NIGHT, urgency: { onDuty: true, severity: "critical" } })).toBe("sms");
    expect(reached({ contact, at: NIGHT, urgency: { lifeSafety: true } })).toBe("sms");
    expect(reached({ contact, at: NIGHT, urgency: { severity: "critical" } })).toBe("quiet-hours: until 07:00");
  });

  it("within a day; from and to the same = none", () => {
    const noon = { quiet: { from: "11:30", to: "13:30", timeZone: "Asia/Shanghai" } };
    expect(reached({ contact: noon })).toBe("quiet-hours: until 13:30");
    expect(reached({ contact: noon, at: NIGHT })).toBe("mail");
    expect(reached({ contact: { quiet: { ...noon.quiet, to: "11:30" } }, at: "2026-06-03T11:30:00+08:00" })).toBe(
      "mail",
    );
  });
});
