import { LinliError } from "@linli/model";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ArchiveHarness, until } from "../testing/archive-harness.ts";
import { entry, published } from "../testing/entries.ts";

const NOW = Date.now();

let harness: ArchiveHarness;

beforeEach(async () => {
  harness = await ArchiveHarness.open();
});

afterEach(() => harness.close());

test("what the series store refuses becomes a dead letter and takes no neighbour with it", async () => {
  const archive = await harness.start(
    harness.instead({
      write: async (batch) => {
        const index = batch.findIndex(({ value }) => value === 13);
        const kept = batch.filter((_point, at) => at !== index);
        const outcome = await harness.series.writer.write(kept);
        return { ...outcome, rejected: index < 0 ? [] : [{ index, reason: "outside retention" }] };
      },
    }),
  );
  await harness.append(
    published("s1", NOW, { temperature: 12 }),
    published("s1", NOW + 1, { temperature: 13, humidity: 40 }),
  );
  await harness.drained(archive);
  expect((await harness.series.reader.last("s1")).humidity).toEqual([NOW + 1, 40]);
  expect(archive.progress).toMatchObject({ written: 2, rejected: 1, deadLetters: 1 });
  const [letter] = (await harness.state.archive.deadLetters({}, { limit: 5 })).items;
  expect(letter).toMatchObject({ reason: "series-rejected", field: "temperature", value: "13: outside retention" });
  const whole = await harness.state.archive.deadLetter(letter?.id ?? "");
  expect(Buffer.from(whole?.payload ?? []).toString()).toBe('{"temperature":13,"humidity":40}');
});

test("while the series store is away nothing is lost, skipped or committed; then it goes on by itself", async () => {
  let away = true;
  let attempts = 0;
  const archive = await harness.start(
    harness.instead({
      write: (batch) => {
        attempts++;
        if (away) return Promise.reject(new LinliError("unavailable", "connection refused"));
        return harness.series.writer.write(batch);
      },
    }),
  );
  await harness.append(published("s1", NOW, { temperature: 20 }));
  await until(() => attempts > 1);
  await harness.append(published("s1", NOW + 1, { temperature: 21 }));
  expect(archive.progress).toMatchObject({
    sequence: 0,
    written: 0,
    faults: [
      { code: "series.unavailable", subject: "archive", detail: expect.stringMatching(/^connection refused; /) },
    ],
  });
  away = false;
  await harness.drained(archive);
  expect(archive.progress).toMatchObject({ written: 2, faults: [] });
  expect((await harness.series.reader.last("s1")).temperature).toEqual([NOW + 1, 21]);
});

test("told to stop while the series store is away, it stops, and the next one writes what is left", async () => {
  const archive = await harness.start(
    harness.instead({ write: () => Promise.reject(new LinliError("unavailable", "refused")) }),
  );
  await harness.append(published("s1", NOW, { temperature: 20 }));
  await until(() => archive.progress.faults.length > 0);
  await harness.stop();
  expect(await harness.series.reader.last("s1")).toEqual({});
  await harness.drained(await harness.start());
  expect((await harness.series.reader.last("s1")).temperature).toEqual([NOW, 20]);
});

test("a failure that is not a matter of waiting ends it", async () => {
  const archive = await harness.start(harness.instead({ write: () => Promise.reject(new TypeError("a bug")) }));
  const ended = expect(harness.ended).rejects.toThrow("a bug");
  await harness.append(published("s1", NOW, { temperature: 20 }));
  await ended;
  expect(archive.progress.sequence).toBe(0);
});

test("ticks alone cost no commit, and the position still moves when it stops", async () => {
  const archive = await harness.start();
  await harness.append(published("s1", NOW, { temperature: 20 }));
  await harness.drained(archive);
  const before = archive.progress.sequence;
  await harness.append(entry("tick", NOW + 1_000), entry("tick", NOW + 2_000));
  await harness.addDevice("s2");
  await harness.append(published("nobody", NOW + 2_001, { temperature: 20 }));
  await harness.drained(archive);
  expect(archive.progress.sequence).toBe(before + 3);
  await harness.append(entry("tick", NOW + 3_000));
  await harness.stop();
  expect((await harness.state.archive.totals()).sequence).toBeGreaterThanOrEqual(before + 3);
});
