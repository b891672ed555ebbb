import type { Fault, ProcessStatus } from "@linli/runtime";

/** What the watchdog saw in one round. */
export interface Round {
  readonly now: number;
  /** By process; null = it did not answer. */
  readonly statuses: Readonly<Record<string, ProcessStatus | null>>;
  /** The broker's count of journal entries; it grows by a tick a second whatever the devices do. */
  readonly appended: number | null;
  readonly disk: { readonly freeBytes: number; readonly reserveBytes: number } | null;
}

/** What it remembers from round to round. */
export interface WatchdogMemory {
  readonly silentSince: Readonly<Record<string, number>>;
  readonly appended: { readonly value: number; readonly since: number } | null;
  readonly faults: ReadonlyMap<string, Fault>;
}

export const NOTHING_SEEN: WatchdogMemory = { silentSince: {}, appended: null, faults: new Map() };

/** A process may miss a question or two: a restart takes about a second. */
const DOWN_AFTER_MS = 3_000;
/** The broker journals a tick each second. */
const SILENT_AFTER_MS = 5_000;

type Finding = Omit<Fault, "since"> & { readonly since?: number };

export const faultKey = ({ code, subject }: Pick<Fault, "code" | "subject">): string => `${code}:${subject}`;

function downProcesses(silentSince: Readonly<Record<string, number>>, now: number): Finding[] {
  return Object.entries(silentSince)
    .filter(([, since]) => now - since >= DOWN_AFTER_MS)
    .map(([subject, since]) => ({ code: "process.down", subject, detail: `${subject} does not answer`, since }));
}

function diskFaults({ disk }: Round): Finding[] {
  if (!disk) return [];
  const mebibytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`;
  const detail = `${mebibytes(disk.freeBytes)} free, ${mebibytes(disk.reserveBytes)} are kept in reserve`;
  if (disk.freeBytes <= disk.reserveBytes) return [{ code: "disk.full", subject: "data folder", detail }];
  if (disk.freeBytes <= 2 * disk.reserveBytes) return [{ code: "disk.low", subject: "data folder", detail }];
  return [];
}

/** One round of watching: what is wrong now, each fault with the moment it began. Pure. */
export function watch(memory: WatchdogMemory, round: Round): WatchdogMemory {
  const { now } = round;
  const silent = Object.entries(round.statuses).filter(([, status]) => status === null);
  const silentSince = Object.fromEntries(silent.map(([name]) => [name, memory.silentSince[name] ?? now]));
  const moved = round.appended !== null && round.appended !== memory.appended?.value;
  const appended = moved && round.appended !== null ? { value: round.appended, since: now } : memory.appended;

  const findings: Finding[] = [
    ...downProcesses(silentSince, now),
    ...diskFaults(round),
    ...Object.values(round.statuses).flatMap((status) => status?.faults ?? []),
  ];
  if (round.appended !== null && appended && now - appended.since >= SILENT_AFTER_MS) {
    findings.push({
      code: "broker.silent",
      subject: "broker",
      detail: "no tick in the journal",
      since: appended.since,
    });
  }
  const faults = new Map(
    findings.map((finding) => {
      const key = faultKey(finding);
      return [key, { ...finding, since: memory.faults.get(key)?.since ?? finding.since ?? now }];
    }),
  );
  return { silentSince, appended, faults };
}

/** What began and what ended between two rounds. */
export function difference(before: WatchdogMemory, after: WatchdogMemory): { raised: Fault[]; cleared: Fault[] } {
  return {
    raised: [...after.faults].filter(([key]) => !before.faults.has(key)).map(([, fault]) => fault),
    cleared: [...before.faults].filter(([key]) => !after.faults.has(key)).map(([, fault]) => fault),
  };
}
