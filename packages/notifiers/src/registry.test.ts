import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHANNELS } from "./registry.ts";
import { maskSecrets } from "./secrets.ts";
import { AnsweringServer } from "./testing/answering-server.ts";
import { type Sample, samplesAt } from "./testing/samples.ts";
import { sendBy } from "./testing/send-by.ts";

const overHttp = [...CHANNELS.keys()].filter((id) => id !== "email");
let server: AnsweringServer;
beforeAll(async () => {
  server = await AnsweringServer.start();
});
afterAll(() => server.stop());

function sampleOf(id: string): Sample {
  const sample = samplesAt(server.url).get(id);
  if (sample === undefined) throw new Error(`${id} has no sample`);
  return sample;
}

describe.each(overHttp)("%s", (id) => {
  it("is accepted when its provider takes the message", async () => {
    const sample = sampleOf(id);
    server.answering = () => sample.accepted;
    expect(await sendBy(id, sample)).toMatchObject({ outcome: "accepted" });
  });

  it("tries again after HTTP 500 and waits as long as a 429 asks", async () => {
    const sample = sampleOf(id);
    server.answering = () => ({ status: 500 });
    expect(await sendBy(id, sample)).toMatchObject({ outcome: "retry" });
    server.answering = () => ({ status: 429, headers: { "retry-after": "7" } });
    expect(await sendBy(id, sample)).toMatchObject({ outcome: "retry", retryAfterMs: 7_000 });
  });

  it("follows no redirect", async () => {
    const sample = sampleOf(id);
    server.received.length = 0;
    server.answering = () => ({ status: 302, headers: { location: `${server.url}/elsewhere` } });
    expect(await sendBy(id, sample)).toMatchObject({ outcome: "refused" });
    expect(server.received.map((request) => request.path)).not.toContain("/elsewhere");
  });

  it("tells no secret, even when its provider echoes the whole request", async () => {
    const sample = sampleOf(id);
    for (const status of [200, 400, 500]) {
      server.answering = ({ path, query, headers, text }) => {
        if (path.endsWith("gettoken")) return sample.accepted;
        const echo = `${path}?${query.toString()} ${JSON.stringify(headers)} ${text} ${sample.secrets.join(" ")}`;
        return { status, body: { errcode: 1, code: 1, Code: "no", errmsg: echo, msg: echo, Message: echo } };
      };
      const delivery = JSON.stringify(await sendBy(id, sample));
      for (const held of sample.secrets) expect(delivery).not.toContain(held);
    }
  });

  it("shows its set-up without a secret", () => {
    const { config, address, secrets } = sampleOf(id);
    const channel = CHANNELS.get(id);
    if (channel === undefined) throw new Error(id);
    const shown = JSON.stringify([
      maskSecrets(channel.config, channel.config.parse(config)),
      maskSecrets(channel.address, channel.address.parse(address)),
    ]);
    for (const held of secrets) expect(shown).not.toContain(held);
  });

  it("refuses unknown fields in its set-up", () => {
    const { config, address } = sampleOf(id);
    expect(CHANNELS.get(id)?.config.safeParse({ ...(config as object), colour: 1 }).success).toBe(false);
    expect(CHANNELS.get(id)?.address.safeParse({ ...(address as object), colour: 1 }).success).toBe(false);
  });
});

it("nothing listens: tried again, for nobody can have been told", async () => {
  const gone = await AnsweringServer.start();
  await gone.stop();
  for (const id of overHttp) {
    const sample = samplesAt(gone.url).get(id);
    if (sample === undefined) throw new Error(id);
    expect(await sendBy(id, sample), id).toMatchObject({ outcome: "retry" });
  }
});
