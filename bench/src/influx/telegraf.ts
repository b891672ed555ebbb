import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { startInflux1 } from "@linli/testing";
import { freePort, type Server, startMosquitto } from "../servers.ts";
import { MEASUREMENT, type Stack } from "./stack.ts";

const TELEGRAF = process.env.LINLI_BENCH_TELEGRAF ?? "";
const CLIENT = "telegraf";

/** What stands in the way of the comparison, by name; empty when nothing does. */
export function missing(): string {
  if (TELEGRAF === "") return "LINLI_BENCH_TELEGRAF: the path of a Telegraf with mqtt_consumer, influxdb and json";
  return existsSync(TELEGRAF) ? "" : `LINLI_BENCH_TELEGRAF: ${TELEGRAF} is not there`;
}

/** Tuned: nothing is held back, a write a second, large batches and buffers, a session that outlives its connection. */
function configuration(mqtt: number, influxUrl: string, database: string): string {
  return `[agent]
  interval = "1s"
  flush_interval = "1s"
  flush_jitter = "0s"
  metric_batch_size = 10000
  metric_buffer_limit = 5000000
  precision = "1ms"
  omit_hostname = true

[[inputs.mqtt_consumer]]
  servers = ["tcp://127.0.0.1:${mqtt}"]
  topics = ["linli/v1/devices/+/telemetry"]
  qos = 1
  client_id = "${CLIENT}"
  persistent_session = true
  max_undelivered_messages = 500000
  topic_tag = ""
  name_override = "${MEASUREMENT}"
  data_format = "json"
  json_time_key = "ts"
  json_time_format = "unix_ms"
  [[inputs.mqtt_consumer.topic_parsing]]
    topic = "linli/v1/devices/+/telemetry"
    tags = "_/_/_/device/_"

[[outputs.influxdb]]
  urls = ["${influxUrl}"]
  database = "${database}"
  timeout = "60s"
`;
}

/** Resolves once it has subscribed: what comes before belongs to nobody. */
async function startTelegraf(file: string): Promise<Server> {
  const child = spawn(TELEGRAF, ["--config", file], { stdio: ["ignore", "ignore", "pipe"] });
  const exit = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`telegraf ended with ${code}`)));
    createInterface({ input: child.stderr }).on("line", (line) => {
      if (line.includes("Connected [tcp")) resolve();
    });
  });
  return {
    port: 0,
    pid: child.pid ?? 0,
    async stop() {
      // it drains what it holds before it ends; what was measured is over by then
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await exit;
    },
  };
}

/** In that folder. `saved`: the broker keeps sessions and queues in a file; otherwise in memory alone, which is faster. */
export async function startTelegrafStack(folder: string, saved: boolean): Promise<Stack> {
  const port = await freePort();
  const options = saved ? { port, saved: { folder, everySeconds: 5 } } : { port };
  const influx = await startInflux1();
  let mosquitto = await startMosquitto(options);
  if (!mosquitto) throw new Error("mosquitto is not installed");
  const file = join(folder, "telegraf.conf");
  await writeFile(file, configuration(port, influx.url, "telegraf"));
  const telegraf = await startTelegraf(file);
  return {
    name: "Mosquitto + Telegraf",
    port,
    influx,
    database: "telegraf",
    field: "values_temperature",
    pids: async () => [mosquitto?.pid ?? 0, telegraf.pid],
    async killBroker() {
      process.kill(mosquitto?.pid ?? 0, "SIGKILL");
      await mosquitto?.stop();
    },
    async brokerIsBack() {
      mosquitto = await startMosquitto(options);
    },
    async stop() {
      await telegraf.stop();
      await mosquitto?.stop();
      await influx.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const run = promisify(execFile);

/** What both sides are compared with, for the table. */
export async function versions(): Promise<string> {
  const telegraf = (await run(TELEGRAF, ["--version"])).stdout.trim();
  // it has no option for its version: the first line of its help says it, with exit code 3 as for any wrong option
  const said = await run("mosquitto", ["-h"]).catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? "" }));
  return `${telegraf}, ${said.stdout.split("\n")[0] ?? "mosquitto"}`;
}
