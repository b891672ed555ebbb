import { describe, expect, it } from "vitest";
import { z } from "zod";
import { entrapment, messageOf, NOW } from "../testing/messages.ts";
import { provider } from "../testing/provider-suite.ts";

const am = provider("alertmanager");
const labels = z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string());
const time = z.iso.datetime();

/** Alertmanager's documentation of its webhook (version 4). */
const receiverSchema = z.strictObject({
  version: z.literal("4"),
  groupKey: z.string(),
  truncatedAlerts: z.number().int(),
  status: z.enum(["firing", "resolved"]),
  receiver: z.string(),
  groupLabels: labels,
  commonLabels: labels,
  commonAnnotations: labels,
  externalURL: z.string(),
  alerts: z.array(
    z.strictObject({
      status: z.enum(["firing", "resolved"]),
      labels,
      annotations: labels,
      startsAt: time,
      endsAt: time,
      generatorURL: z.string(),
      fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
    }),
  ),
});
/** postableAlerts of Alertmanager's OpenAPI (v2). */
const postableSchema = z.array(
  z.strictObject({ labels, annotations: labels, startsAt: time, endsAt: time, generatorURL: z.url().optional() }),
);

const cleared = messageOf({ occasion: "cleared", alerts: [{ ...entrapment, active: false, clearedAt: NOW }] });

describe("alertmanager", () => {
  it("sets a drill apart from a real alert of the same rule and device", async () => {
    const told = async (alert: typeof entrapment) => {
      await am.send({ message: messageOf({ alerts: [alert] }) });
      return receiverSchema.parse(am.server.last.json).alerts[0];
    };
    const real = await told(entrapment);
    const drill = await told({ ...entrapment, drill: { people: null, by: "chen", note: "" } });
    expect(real?.labels).not.toHaveProperty("drill");
    expect(drill?.labels).toMatchObject({ drill: "true" });
    expect(drill?.fingerprint).not.toBe(real?.fingerprint);
  });

  it("posts what receivers of Alertmanager's webhooks take", async () => {
    await am.send();
    const firing = receiverSchema.parse(am.server.last.json);
    expect(am.server.last.headers.authorization).toBe("Bearer secret-bearer");
    expect(firing).toMatchObject({ status: "firing", receiver: "linli" });
    expect(firing.alerts[0]).toMatchObject({
      status: "firing",
      labels: { alertname: "lift.entrapment", device: "elevator-07" },
      startsAt: new Date(entrapment.openedAt).toISOString(),
      endsAt: "0001-01-01T00:00:00Z",
    });
    await am.send({ message: cleared });
    const resolved = receiverSchema.parse(am.server.last.json);
    expect(resolved.status).toBe("resolved");
    expect(resolved.alerts[0]).toMatchObject({
      fingerprint: firing.alerts[0]?.fingerprint,
      labels: firing.alerts[0]?.labels,
      endsAt: new Date(NOW).toISOString(),
    });
  });

  it("posts to an Alertmanager, where an end in the future means firing", async () => {
    const address = { form: "alertmanager", url: `${am.server.url}/prefix/` };
    await am.send({ address });
    expect(am.server.last.path).toBe("/prefix/api/v2/alerts");
    expect(Date.parse(postableSchema.parse(am.server.last.json)[0]?.endsAt ?? "")).toBeGreaterThan(NOW);
    await am.send({ address, message: cleared });
    expect(postableSchema.parse(am.server.last.json)[0]?.endsAt).toBe(new Date(NOW).toISOString());
  });

  it("tells what is about no alert as one of its own", async () => {
    await am.send({ message: messageOf({ occasion: "test", alerts: [] }) });
    expect(receiverSchema.parse(am.server.last.json).alerts[0]?.labels).toMatchObject({ alertname: "linli.test" });
  });
});
