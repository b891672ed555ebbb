import { join } from "node:path";
import type { DeviceState } from "@linli/model";
import type { Fault as PlatformFault } from "@linli/runtime";
import { openSqliteState } from "@linli/stores";
import { arrange, report } from "../support/alert-path.ts";
import { AlertReceiver } from "../support/alert-receiver.ts";
import { demand, enrol } from "../support/enrolment.ts";
import { eventually, type Platform, startPlatform } from "../support/platform.ts";
import { type Fault, type FaultContext, mustHold } from "./fault.ts";

const OFFLINE_AFTER_MS = 8_000;
const HOT = 60;

/** One round's device, in alert all the time. */
interface Patient {
  readonly platform: Platform;
  readonly receiver: AlertReceiver;
  readonly id: string;
  readonly token: string;
}

async function faultsOf(platform: Platform): Promise<string[]> {
  const { faults } = await demand<{ faults: PlatformFault[] }>(platform, "GET", "/api/v1/platform");
  return faults.map(({ code, subject }) => `${code} ${subject}`);
}

async function connectionOf({ platform, id }: Patient): Promise<string> {
  const { connection } = await demand<DeviceState>(platform, "GET", `/api/v1/devices/${id}/state`);
  return connection;
}

async function offlineSoon({ dataDir }: Platform, id: string): Promise<void> {
  const state = await openSqliteState({ file: join(dataDir, "state.db") });
  try {
    const device = await state.registry.device(id);
    if (device === undefined) throw new Error(`no device ${id}`);
    const author = { id: "admin", type: "person", at: Date.now() } as const;
    await state.registry.updateDevice(id, device.version, { offlineAfterMs: OFFLINE_AFTER_MS }, author);
  } finally {
    await state.close();
  }
}

function mustStand({ receiver, id }: Patient, when: string): void {
  const told = receiver.arrivals.filter(({ message }) => message.alerts[0]?.deviceId === id);
  const over = told.find(({ message }) => message.occasion === "cleared" || message.occasion === "ended");
  mustHold(told.length > 0, `${when}: nobody was told`);
  mustHold(over === undefined, `${when}: told that it was over, and it was not`);
}

/** A process stands still for as long as it takes to be noticed; the alert stands, and the device is not to blame. */
async function standStill(patient: Patient, name: string): Promise<void> {
  const { platform, id, token } = patient;
  const pid = await eventually(`${name} runs`, () => platform.pidOf(name));
  process.kill(pid, "SIGSTOP");
  try {
    await eventually(
      `it is noticed that ${name} is down`,
      async () => (await faultsOf(platform)).includes(`process.down ${name}`) || undefined,
    );
  } finally {
    process.kill(pid, "SIGCONT");
  }
  mustStand(patient, `${name} down`);
  mustHold((await connectionOf(patient)) === "online", `${name} was down, and the device is called silent`);
  await eventually(`${name} is back`, async () =>
    (await faultsOf(platform)).includes(`process.down ${name}`) ? undefined : true,
  );
  await report(platform, id, token, HOT);
}

async function endure(patient: Patient): Promise<void> {
  const { platform, receiver, id, token } = patient;
  await report(platform, id, token, 20);
  await report(platform, id, token, HOT);
  await eventually(`${id}: somebody is told`, () => receiver.arrivals.length > 0 || undefined);
  await eventually(
    "the series store is missed",
    async () => (await faultsOf(platform)).some((fault) => fault.startsWith("series.unavailable")) || undefined,
  );
  mustStand(patient, "series store down");
  await standStill(patient, "ingest");
  await standStill(patient, "broker");
  await eventually(`${id} is silent`, async () => ((await connectionOf(patient)) === "offline" ? true : undefined));
  const faults = await faultsOf(platform);
  mustHold(
    !faults.some((fault) => fault.startsWith("process.down")),
    `a silent device is not our fault: ${faults.join()}`,
  );
  mustStand(patient, "device silent");
  await report(platform, id, token, 20);
  await eventually(
    `${id}: it is told that it is over`,
    () => receiver.arrivals.some(({ message }) => message.occasion === "cleared") || undefined,
  );
}

async function run({ rounds, note }: FaultContext): Promise<string> {
  for (let n = 1; n <= rounds; n++) {
    const series = { LINLI_SERIES: "influx1", LINLI_SERIES_URL: "http://127.0.0.1:9" };
    const platform = await startPlatform({ environment: { LINLI_CHANNELS_ALLOW: "127.0.0.1", ...series } });
    const receiver = await AlertReceiver.start(() => "take");
    try {
      await arrange(platform, receiver.url);
      const [[id, token] = []] = await enrol(platform, { placeId: "hot", ids: ["hot-1"] });
      if (id === undefined || token === undefined) throw new Error("no device");
      await offlineSoon(platform, id);
      await endure({ platform, receiver, id, token });
      note(`round ${n}: four answers`);
    } finally {
      await platform.dispose();
      await receiver.close();
    }
  }
  return `${rounds} × series store away, ingest still, broker still, device silent: four different answers, the alert stood through all of them and was over when it was over`;
}

export const f18: Fault = {
  id: "F18",
  title: "device silent, series store down, ingest down, broker down: four different answers, never a false all-clear",
  rounds: 3,
  run,
};
