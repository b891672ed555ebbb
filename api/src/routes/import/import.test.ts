import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
});
afterEach(() => api.close());

const HEADER = "id,kind,name,place,token";
const line = (n: number) => `new-${n},environment-sensor,Sensor ${n},甲社区/1号楼,token-of-device-${n}`;
/** A thousand lines, three of them bad. */
const thousand = [
  HEADER,
  ...Array.from({ length: 1_000 }, (_, n) => {
    if (n === 10) return `new-${n},toaster,Sensor,甲社区/1号楼,`;
    if (n === 500) return `new-${n},environment-sensor,Sensor,丙社区,`;
    return n === 999 ? `new-0,environment-sensor,Sensor,甲社区/1号楼,` : line(n);
  }),
].join("\n");

async function send(csv: string | Buffer, query = "", token?: string) {
  const manager = token ?? (await api.tokenFor("manager", "a"));
  const headers = { "content-type": "text/csv" };
  return api.call(manager, "POST", `/api/v1/devices/import${query}`, { payload: csv, headers });
}
const total = async () => (await api.admin("GET", "/api/v1/devices?limit=1")).body.total;

describe("an import", () => {
  it("names every bad line in a dry run and writes nothing", async () => {
    const { status, body } = await send(thousand, "?dryRun=true");
    expect(status).toBe(200);
    expect(body).toMatchObject({ written: false, lines: 1_000, good: 997, problemCount: 3 });
    expect(body.problems.map(({ field }: { field: string }) => field)).toEqual([
      'line 12, column "kind"',
      'line 502, column "place"',
      'line 1001, column "id"',
    ]);
    expect(await total()).toBe(2);
  });

  it("is all or nothing unless told otherwise", async () => {
    const refused = await send(thousand);
    expect([refused.status, refused.body.code, refused.body.problems.length]).toEqual([400, "invalid", 3]);
    expect(await total()).toBe(2);
    const partial = await send(thousand, "?partial=true");
    expect(partial.body).toMatchObject({ written: true, devices: 997, problemCount: 3 });
    expect(await total()).toBe(999);
  });

  it("brings the fleet's own tokens along", async () => {
    await send([HEADER, line(1)].join("\r\n"));
    const push = { payload: { temperature: 1 } };
    const { status } = await api.call("token-of-device-1", "POST", "/api/v1/devices/new-1/telemetry", push);
    expect(status).toBe(202);
    const again = await send([HEADER, "other,environment-sensor,x,甲社区/1号楼,token-of-device-1"].join("\n"));
    expect(again.body.problems[0].field).toBe('line 2, column "token"');
  });

  it("reads UTF-8 with BOM, GB18030 and JSON", async () => {
    const bom = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from([HEADER, line(1)].join("\n"))]);
    expect((await send(bom)).body.devices).toBe(1);
    // 甲社区/1号楼 in GB18030
    const place = Buffer.from("bcd7c9e7c7f82f31bac5c2a5", "hex");
    const gb = Buffer.concat([Buffer.from(`${HEADER}\nnew-2,environment-sensor,x,`), place, Buffer.from(",\n")]);
    expect((await send(gb)).body.devices).toBe(1);
    const csv = [HEADER, line(3)].join("\n");
    expect((await api.admin("POST", "/api/v1/devices/import", { csv })).body.devices).toBe(1);
    expect((await send(Buffer.from([0xff, 0xff, 0xff]))).status).toBe(400);
    expect((await send("")).status).toBe(400);
  });

  it("cannot put anything where one is not a manager, nor say what is there", async () => {
    const rows = ["x,environment-sensor,x,乙社区/1号楼,", "y,environment-sensor,y,乙社区,"];
    const { body } = await send([HEADER, ...rows].join("\n"));
    expect(body.problems.map(({ message }: { message: string }) => message)).toEqual([
      "no such place",
      "no such place",
    ]);
  });

  it("tells an unreadable line from the good ones", async () => {
    const { body } = await send([HEADER, 'a"b,"c', line(1), line(2)].join("\n"), "?dryRun=true");
    expect(body.problemCount).toBeGreaterThan(0);
    expect(body.problems[0].field).toMatch(/^line \d+$/);
  });
});
