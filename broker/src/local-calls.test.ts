import { formatTopic } from "@linli/model";
import { type Clock, createLogger } from "@linli/runtime";
import { createMemoryJournal } from "@linli/stores";
import { expect, test } from "vitest";
import { JournalIntake } from "./journal-intake.ts";
import { localCalls } from "./local-calls.ts";
import { Valve } from "./valve.ts";

test("what is pushed over HTTP is refused while as much waits for the disk as may, and taken afterwards", async () => {
  const { writer } = createMemoryJournal();
  const intake = new JournalIntake({
    journal: writer,
    clock: { monotonic: () => 0 } as Clock,
    log: createLogger("test", "silent"),
    receivedAt: () => 1,
    valve: new Valve(),
    limits: { maxPendingBytes: 1_000, holdMs: 5_000 },
    refusing: () => undefined,
  });
  const { append } = localCalls(intake, {} as never);
  const message = (bytes: number) => ({
    principal: "lift-1",
    topic: formatTopic({ type: "telemetry", deviceId: "lift-1" }),
    payloadBase64: Buffer.alloc(bytes, "1").toString("base64"),
  });

  const large = append?.({ messages: [message(2_000)] });
  await expect(append?.({ messages: [message(1)] })).rejects.toMatchObject({ code: "unavailable" });
  await large;
  await append?.({ messages: [message(1)] });
  expect(writer.health().appended).toBe(2);
});
