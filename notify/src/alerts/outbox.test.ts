import { channelSettingSchema, contactSchema } from "@linli/model";
import type { Delivery } from "@linli/notifiers";
import { afterEach, describe, expect, it } from "vitest";
import { type Answer, accepts, FakeChannel } from "../testing/fake-channel.ts";
import { MINUTE, NotifyBench, SECOND } from "../testing/notify-bench.ts";
import { rearrange, T } from "../testing/site.ts";

let bench: NotifyBench;
afterEach(() => bench.close());

async function started(given: Parameters<typeof NotifyBench.open>[0] = {}): Promise<void> {
  bench = await NotifyBench.open(given);
  await bench.start();
}

/** Gives these answers, one after the other, and then takes everything. */
function answering(...answers: Delivery[]): Answer {
  const left = [...answers];
  return () => left.shift() ?? { outcome: "accepted", reference: "ok" };
}

const never: Answer = () => new Promise(() => {});
const secondsOf = (channel: FakeChannel) => channel.attempts.map(({ at }) => (at - T) / SECOND);

describe("a channel that cannot take it now", () => {
  it("is asked again later, never sooner than it says, with the same key", async () => {
    const busy: Delivery = { outcome: "retry", reason: "HTTP 500" };
    const full: Delivery = { outcome: "retry", reason: "HTTP 429", retryAfterMs: 40_000 };
    await started({ call: new FakeChannel("call", { answer: answering(busy, full) }) });
    const id = await bench.world.open("test.critical", "lift-1");
    await bench.pass(50 * SECOND);
    expect(secondsOf(bench.call)).toEqual([0, 2, 42]);
    expect(new Set(bench.call.keys).size).toBe(1);
    expect(await bench.why("li")).toEqual(["queued opened first", "told opened first"]);
    expect((await bench.state.alerts.alert(id))?.care?.step).toBe(1);
  });

  it("for half an hour loses nothing: every opening and every end arrives, in order", async () => {
    let isDown = true;
    const answer: Answer = (attempt, signal) =>
      isDown ? { outcome: "retry", reason: "HTTP 503" } : accepts(attempt, signal);
    await started({ call: new FakeChannel("call", { answer }) });
    const id = await bench.world.open("lift.entrapment", "lift-1");
    await bench.pass(30 * MINUTE);
    isDown = false;
    bench.call.attempts.length = 0;
    await bench.pass(2 * MINUTE);
    await bench.world.clear(id);
    await bench.pass(2 * MINUTE);
    expect(bench.call.said.slice(0, 1)).toEqual(["opened li"]);
    expect(bench.call.said.slice(-2).toSorted()).toEqual(["cleared chen", "cleared li"]);
  });

  it("gives way when what it could say is worth nothing any more", async () => {
    await started({ sms: new FakeChannel("sms", { answer: () => ({ outcome: "retry", reason: "HTTP 503" }) }) });
    await bench.world.open("test.high", "lift-1");
    await bench.pass(25 * 60 * MINUTE);
    const failed = (await bench.ledger()).find(
      ({ verdict, occasion }) => verdict === "failed" && occasion === "opened",
    );
    expect(failed).toMatchObject({ reason: "channel-failed", about: "given up: HTTP 503" });
  });
});

describe("a channel that hangs", () => {
  it("is given up after 30 s, and holds up no other", async () => {
    await started({ call: new FakeChannel("call", { answer: never }) });
    await bench.world.open("test.critical", "lift-1");
    await bench.world.open("test.high", "lift-2");
    await bench.pass(29 * SECOND);
    expect(bench.call.said).toEqual(["opened li"]);
    await bench.pass(2 * SECOND);
    expect(bench.sms.said).toEqual(["opened li"]);
  });

  it("may have taken it: it counts as told after it was sent again with the same key, and its end is told", async () => {
    await started({ call: new FakeChannel("call", { answer: never }) });
    const id = await bench.world.open("test.critical", "lift-1");
    await bench.pass(140 * SECOND);
    const [first, ...repeats] = bench.call.keys;
    expect(repeats).toEqual([first, first]);
    const [entry] = (await bench.ledger()).filter(({ verdict }) => verdict === "told");
    expect(entry).toMatchObject({ personId: "li", occasion: "opened" });
    bench.call.answer = accepts;
    await bench.world.clear(id);
    await bench.pass(SECOND);
    expect(bench.call.said.at(-1)).toBe("cleared li");
  });

  it("is told of the end even when that comes while nobody knows whether it was told of the beginning", async () => {
    await started({ call: new FakeChannel("call", { answer: never }) });
    const id = await bench.world.open("test.critical", "lift-1");
    await bench.pass(35 * SECOND);
    await bench.world.clear(id);
    bench.call.answer = accepts;
    await bench.pass(5 * MINUTE);
    expect(bench.call.said.at(-1)).toBe("cleared li");
  });
});

describe("a channel that refuses", () => {
  it("is not asked again, and whoever comes next is told at once", async () => {
    const answer: Answer = ({ to }) =>
      to === "li" ? { outcome: "refused", reason: "550 no such mailbox" } : { outcome: "accepted" };
    await started({ call: new FakeChannel("call", { answer }) });
    await bench.world.open("test.critical", "lift-1");
    await bench.pass(SECOND);
    expect(bench.call.said).toContain("escalation chen");
    const failed = (await bench.ledger()).find(({ verdict }) => verdict === "failed");
    expect(failed).toMatchObject({ personId: "li", reason: "channel-failed", about: "550 no such mailbox" });
  });

  it("so does one that is gone, switched off or has no such address", async () => {
    await started();
    await rearrange(
      bench.state,
      "contact",
      contactSchema.parse({ id: "li", default: [{ channelId: "sms", address: 7 }] }),
    );
    await bench.world.open("test.high", "lift-1");
    await bench.pass(MINUTE);
    expect(bench.sms.said).not.toContain("opened li");
    const failed = (await bench.ledger()).find(({ verdict }) => verdict === "failed");
    expect(failed?.about).toContain("not an address of sms");
  });

  it("fails as one, and is well again after the next success", async () => {
    await started({ sms: new FakeChannel("sms", { answer: () => ({ outcome: "retry", reason: "401" }) }) });
    await bench.world.open("test.high", "lift-1");
    await bench.pass(10 * MINUTE);
    expect(bench.loop?.faults).toMatchObject([{ code: "channel.dead", subject: "sms" }]);
    expect(await bench.loop?.channels()).toMatchObject([
      { channelId: "page", dead: false },
      { channelId: "call", dead: false },
      { channelId: "sms", dead: true, lastError: "401", waiting: 1 },
    ]);
    bench.sms.answer = accepts;
    await bench.pass(10 * MINUTE);
    expect(bench.loop?.faults).toEqual([]);
  });
});

describe("more than a channel takes", () => {
  const limits = [{ messages: 5, perMs: MINUTE }];

  it("goes into one digest when its turn comes; the ledger says why it waited", async () => {
    await started({ sms: new FakeChannel("sms", { limits }) });
    await bench.storm(8);
    expect(bench.sms.said).toEqual(Array.from({ length: 4 }, () => "opened li"));
    await bench.pass(2 * MINUTE);
    expect(bench.sms.said.slice(4)).toEqual(["digest li"]);
    expect(bench.sms.attempts.at(-1)?.message.alerts).toHaveLength(4);
    const entries = await bench.ledger();
    expect(entries.filter(({ reason }) => reason === "rate-limit")).toHaveLength(4);
    expect(entries.filter(({ verdict, about }) => verdict === "told" && about.startsWith("in digest:"))).toHaveLength(
      4,
    );
    expect(entries.filter(({ verdict }) => verdict === "told")).toHaveLength(8);
  });

  it("never holds up what is critical", async () => {
    const contact = contactSchema.parse({ id: "li", default: [{ channelId: "sms", address: { to: "li" } }] });
    await started({ sms: new FakeChannel("sms", { limits }) });
    await rearrange(bench.state, "contact", contact);
    await bench.storm(8);
    await bench.world.open("lift.entrapment", "lift-20");
    await bench.pass(SECOND);
    expect(bench.sms.attempts.at(-1)?.message).toMatchObject({ occasion: "opened", severity: "critical" });
  });

  it("stays within the limit over a restart", async () => {
    await started({ sms: new FakeChannel("sms", { limits }) });
    await bench.storm(4);
    expect(bench.sms.attempts).toHaveLength(4);
    bench.kill();
    await bench.start();
    await bench.world.open("storm.n5", "lift-5");
    await bench.pass(31 * SECOND);
    expect(bench.sms.attempts).toHaveLength(4);
    await bench.pass(MINUTE);
    expect(bench.sms.attempts).toHaveLength(5);
  });

  it("reaches a program one by one, later", async () => {
    await started({ sms: new FakeChannel("sms", { limits, reaches: "program" }) });
    await bench.storm(7);
    await bench.pass(3 * MINUTE);
    expect(bench.sms.said).toEqual(Array.from({ length: 7 }, () => "opened li"));
  });
});

describe("a channel's setting", () => {
  const setting = (changes: object) =>
    channelSettingSchema.parse({ id: "sms", name: "sms", type: "sms", config: {}, ...changes });

  it("is taken over when it changes, and the old one is closed", async () => {
    await started();
    await bench.settle();
    await rearrange(bench.state, "channel", setting({ config: { host: "there" } }));
    await bench.settle();
    expect(bench.sms.closed).toBe(1);
    await rearrange(bench.state, "channel", setting({ enabled: false }));
    await bench.settle();
    expect(await bench.loop?.testChannel({ channelId: "sms", address: { to: "li" }, language: "en" })).toEqual({
      outcome: "refused",
      reason: "channel sms is switched off",
    });
  });

  it("can be tried out: what comes of it is told, and is in no ledger", async () => {
    await started();
    const delivery = await bench.loop?.testChannel({ channelId: "sms", address: { to: "li" }, language: "zh-CN" });
    expect(delivery).toEqual({ outcome: "accepted", reference: "ok" });
    expect(bench.sms.attempts).toMatchObject([{ to: "li", message: { occasion: "test", language: "zh-CN" } }]);
    expect(await bench.ledger()).toEqual([]);
    await expect(
      bench.loop?.testChannel({ channelId: "sms", address: { to: 7 }, language: "en" }),
    ).rejects.toMatchObject({ code: "invalid", message: "not an address of sms: to" });
  });

  it("of the page needs nobody to set it up", async () => {
    await started();
    await rearrange(
      bench.state,
      "contact",
      contactSchema.parse({ id: "li", default: [{ channelId: "page", address: null }] }),
    );
    await bench.world.open("test.critical", "lift-1");
    await bench.pass(SECOND);
    expect(await bench.why("li")).toEqual(["queued opened first", "told opened first"]);
  });
});
