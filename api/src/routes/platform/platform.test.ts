import { statsSchema } from "@linli/model";
import type { ProcessStatus } from "@linli/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BOOTSTRAP, createTestApi, START_AT, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
});
afterEach(() => api.close());

function status(name: string, details: unknown, more: Partial<ProcessStatus> = {}): ProcessStatus {
  return { name, pid: 1, since: START_AT, rssBytes: 1_000, ready: true, faults: [], details, ...more };
}

function everybodyUp(): void {
  const journal = { writable: true, appended: 100, bytes: 5_000, pendingBytes: 0 };
  const archive = {
    lag: 3,
    written: 250,
    rejected: 2,
    conflicts: 1,
    deadLetters: 7,
    sequence: 97,
    waitingBytes: 900,
    waitingMs: 40,
    perSecond: 5,
  };
  const { statuses } = api.neighbours;
  statuses.set("broker", status("broker", { connections: 2, journal, refused: {}, ports: { mqtt: 1 } }));
  statuses.set("ingest", status("ingest", { watch: { lag: 1, time: 0, sequence: 99 }, archive }));
  statuses.set("notify", status("notify", { watching: ["broker"] }));
  const processes = {
    broker: { pid: 1, since: START_AT, restarts: 4 },
    "devices-sim": { pid: 9, since: 5, restarts: 0 },
  };
  statuses.set("supervisor", status("supervisor", { processes }));
}

describe("stats", () => {
  it("merge what every process tells", async () => {
    everybodyUp();
    const { body } = await api.admin("GET", "/api/v1/stats");
    expect(body).toMatchObject({
      journal: { appended: 100, bytes: 5_000 },
      archive: { lag: 3, written: 250, rejected: 2, conflicts: 1 },
      watch: { lag: 1 },
      deadLetters: 7,
      devices: { online: 0, late: 0, offline: 0, sleeping: 0, unknown: 2 },
    });
    expect(body.processes.broker).toEqual({ up: true, since: START_AT, restarts: 4, rssBytes: 1_000 });
    expect(body.processes["devices-sim"]).toEqual({ up: true, since: 5, restarts: 0, rssBytes: null });
    expect(statsSchema.safeParse(body).success).toBe(true);
  });

  it("tell how much memory the simulator takes, when there is one", async () => {
    everybodyUp();
    api.neighbours.statuses.set("devices-sim", status("devices-sim", {}, { rssBytes: 7 }));
    const { body } = await api.admin("GET", "/api/v1/stats");
    expect(body.processes["devices-sim"]).toEqual({ up: true, since: START_AT, restarts: 0, rssBytes: 7 });
  });

  it("go on when parts are down, with what was last known", async () => {
    everybodyUp();
    await api.admin("GET", "/api/v1/stats");
    api.neighbours.statuses.clear();
    const { status: code, body } = await api.admin("GET", "/api/v1/stats");
    expect(code).toBe(200);
    expect(body.journal.appended).toBe(100);
    expect(body.archive.lag).toBe(100);
    expect(body.watch.lag).toBe(1);
    expect(body.processes.broker.up).toBe(false);
    expect(body.processes.api.up).toBe(true);
  });
});

describe("the platform", () => {
  it("names what does not answer, since when, and what the others report, each once", async () => {
    everybodyUp();
    const down = { code: "process.down", subject: "broker", detail: "no answer", since: START_AT - 5 };
    const full = { code: "disk.low", subject: "journal", detail: "1 MB left", since: START_AT };
    api.neighbours.statuses.set("notify", status("notify", { watching: [] }, { faults: [down, full] }));
    api.neighbours.statuses.delete("broker");
    const { body } = await api.admin("GET", "/api/v1/platform");
    expect(body.ok).toBe(false);
    expect(body.faults).toEqual([down, full]);
  });

  it("is ready only when every part is", async () => {
    expect((await api.call(undefined, "GET", "/healthz")).body).toEqual({ status: "ok" });
    const before = await api.call(undefined, "GET", "/readyz");
    expect([before.status, before.body.waitingFor]).toEqual([503, ["broker", "ingest", "notify"]]);
    everybodyUp();
    expect((await api.call(undefined, "GET", "/readyz")).body).toEqual({ ready: true, waitingFor: [], degraded: [] });
  });

  it("is ready, yet degraded, while the series store is away, and says no more of it than anybody may know", async () => {
    everybodyUp();
    const fault = {
      code: "series.unavailable",
      subject: "archive",
      detail: "http://10.0.0.9 refused",
      since: START_AT,
    };
    const sick = api.neighbours.statuses.get("ingest");
    if (sick) api.neighbours.statuses.set("ingest", { ...sick, faults: [fault] });
    const { status: code, body } = await api.call(undefined, "GET", "/readyz");
    expect([code, body.ready]).toEqual([200, true]);
    expect(body.degraded).toEqual([{ code: "series.unavailable", subject: "archive", since: START_AT }]);
    const { body: metrics } = await api.call(BOOTSTRAP, "GET", "/metrics");
    expect(metrics).toContain('linli_fault{code="series.unavailable",subject="archive"} 1\n');
  });
});

describe("metrics", () => {
  it("are those of every process, for this machine or a token that may view everything", async () => {
    const { status: code, body } = await api.call(BOOTSTRAP, "GET", "/metrics");
    expect(code).toBe(200);
    for (const name of ['linli_up{process="broker"} 1', "linli_broker_test 1", "linli_api_streams 0"]) {
      expect(body).toContain(name);
    }
    expect((await api.call(await api.tokenFor("viewer", "a"), "GET", "/metrics")).status).toBe(403);
    expect((await api.call("nonsense", "GET", "/metrics")).status).toBe(401);
    const passedOn = { headers: { "x-forwarded-for": "203.0.113.9" } };
    expect((await api.call(undefined, "GET", "/metrics", passedOn)).status).toBe(401);
    expect((await api.call(undefined, "GET", "/metrics")).status).toBe(200);
  });

  it("can be read with the token made for it, which opens nothing else", async () => {
    const token = "metrics-token-of-the-tests-0123456789";
    const other = await createTestApi({ environment: { LINLI_METRICS_TOKEN: token } });
    expect((await other.call(token, "GET", "/metrics")).status).toBe(200);
    expect((await other.call(token, "GET", "/api/v1/stats")).status).toBe(401);
    await other.close();
  });
});
