import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { newDeviceSchema } from "@linli/model";
import { type IngestDetails, localClient, openDataDir, type ProcessStatus, socketPath } from "@linli/runtime";
import { openSegmentJournalWriter, openSqliteState } from "@linli/stores";

const AUTHOR = { id: "bench", type: "system", at: 0 } as const;
const LOOK_EVERY_MS = 50;
const CLOCK_TICKS_PER_SECOND = 100;

interface IngestBenchOptions {
  readonly messages: number;
  readonly devices: number;
  /** Spreads the readings over so many ms up to now, as devices would. */
  readonly spanMs: number;
  /** Further arguments of the ingest process, such as `--cpu-prof`. */
  readonly nodeArgs?: readonly string[];
}

/** Messages a second of one consumer: by the clock with both at work, and per CPU second of its own thread. */
interface ConsumerRate {
  readonly seconds: number;
  readonly perSecond: number;
  readonly cpuSeconds: number;
  readonly perCpuSecond: number;
}

interface IngestBenchResult {
  readonly messages: number;
  readonly values: number;
  readonly written: number;
  readonly watch: ConsumerRate;
  readonly archive: ConsumerRate;
  readonly rssBytes: number;
}

async function seed(dir: string, devices: number): Promise<void> {
  await openDataDir(dir);
  const state = await openSqliteState({ file: join(dir, "state.db") });
  const places = [
    { id: "sub", level: "subdistrict", parentId: null, name: "Sub", order: 0 },
    { id: "north", level: "community", parentId: "sub", name: "North", order: 0 },
  ] as const;
  const list = Array.from({ length: devices }, (_, index) =>
    newDeviceSchema.parse({
      id: `dev-${index}`,
      kind: "environment-sensor",
      name: `Sensor ${index}`,
      placeId: "north",
    }),
  );
  await state.registry.importBatch({ places, devices: list, tokenHashes: new Map() }, AUTHOR);
  await state.close();
}

/** A journal as the broker leaves it: the start, then one message after the other, each of three values. */
async function fill(dir: string, { messages, devices, spanMs }: IngestBenchOptions): Promise<void> {
  const journal = await openSegmentJournalWriter({
    dir: join(dir, "journal"),
    segmentBytes: 64 << 20,
    maxBytes: 64 * 1024 ** 3,
    reserveBytes: 0,
    retentionMs: 0,
  });
  const begin = Date.now() - spanMs;
  const none = new Uint8Array();
  let failed: Error | undefined;
  const done = (error: Error | null) => {
    failed ??= error ?? undefined;
  };
  journal.append({ kind: "start", receivedAt: begin, principal: "", topic: "bench", payload: none }, done);
  for (let index = 0; index < messages; index++) {
    const id = `dev-${index % devices}`;
    const receivedAt = begin + Math.floor((index * spanMs) / messages);
    const values = { temperature: 20 + (index % 100) / 10, humidity: 40 + (index % 30), co2: 400 + (index % 700) };
    const payload = Buffer.from(JSON.stringify({ ts: receivedAt - 20, seq: index, values }));
    journal.append(
      { kind: "publish", receivedAt, principal: id, topic: `linli/v1/devices/${id}/telemetry`, payload },
      done,
    );
    if (index % 5_000 === 0) await journal.flush();
  }
  await journal.close();
  if (failed) throw failed;
}

/** CPU seconds of each thread by name, from the kernel; empty where there is no /proc. */
async function threadCpu(pid: number): Promise<ReadonlyMap<string, number>> {
  const seconds = new Map<string, number>();
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  for (const task of tasks) {
    const stat = await readFile(`/proc/${pid}/task/${task}/stat`, "utf8").catch(() => "");
    const end = stat.lastIndexOf(")");
    const fields = stat.slice(end + 2).split(" ");
    const name = task === String(pid) ? "main" : stat.slice(stat.indexOf("(") + 1, end);
    const spent = (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
    seconds.set(name, (seconds.get(name) ?? 0) + spent);
  }
  return seconds;
}

function rate(messages: number, seconds: number, cpuSeconds: number): ConsumerRate {
  const per = (time: number) => (time > 0 ? Math.round(messages / time) : 0);
  return { seconds, perSecond: per(seconds), cpuSeconds, perCpuSecond: per(cpuSeconds) };
}

async function measure(dir: string, child: ChildProcess, messages: number): Promise<IngestBenchResult> {
  const ingest = localClient(socketPath(dir, "ingest"));
  const total = messages + 1;
  let began: number | undefined;
  const ended = new Map<"watch" | "archive", ConsumerRate>();
  try {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`ingest ended with ${child.exitCode}`);
      const status = (await ingest.call("status").catch(() => undefined)) as ProcessStatus<IngestDetails> | undefined;
      if (status !== undefined) {
        const { watch, archive } = status.details;
        if (began === undefined && watch.sequence + archive.sequence > 0) began = performance.now();
        const cpu = await threadCpu(status.pid);
        const seconds = (performance.now() - (began ?? performance.now())) / 1_000;
        if (watch.sequence >= total && !ended.has("watch")) {
          ended.set("watch", rate(messages, seconds, cpu.get("main") ?? 0));
        }
        if (archive.sequence >= total && !ended.has("archive")) {
          ended.set("archive", rate(messages, seconds, cpu.get("archive") ?? 0));
        }
        const [first, second] = [ended.get("watch"), ended.get("archive")];
        if (first && second) {
          const { written } = archive;
          return { messages, values: messages * 3, written, watch: first, archive: second, rssBytes: status.rssBytes };
        }
      }
      await delay(LOOK_EVERY_MS);
    }
  } finally {
    ingest.close();
  }
}

/**
 * Messages a second from a prefilled journal through watch and archive into SQLite, with real stores and the real
 * process. Both read at once, as they do in service; the figure per CPU second says what each would reach on a core of
 * its own.
 */
async function benchIngest(options: IngestBenchOptions): Promise<IngestBenchResult> {
  const dir = await mkdtemp(join(tmpdir(), "linli-bench-ingest-"));
  await seed(dir, options.devices);
  await fill(dir, options);
  const main = join(import.meta.dirname, "../../ingest/src/main.ts");
  const env = { PATH: process.env.PATH ?? "", LINLI_DATA_DIR: dir, LINLI_LOG_LEVEL: "warn" };
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), main], {
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  try {
    return await measure(dir, child, options.messages);
  } finally {
    child.kill("SIGTERM");
    await exited;
    await rm(dir, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const messages = Number(process.argv[2] ?? 500_000);
  const devices = Number(process.argv[3] ?? 20_000);
  const result = await benchIngest({ messages, devices, spanMs: 60_000, nodeArgs: process.argv.slice(4) });
  console.log(JSON.stringify({ cores: availableParallelism(), devices, ...result }, null, 2));
}
