import { fillPath, ROUTES, type Route } from "@linli/model";
import { demand } from "../../support/enrolment.ts";
import { eventually } from "../../support/platform.ts";
import { mustHold } from "../fault.ts";
import { CANARY, FORGED, SOUTH_DEVICES, type Town } from "./town.ts";

type RouteName = keyof typeof ROUTES;

interface Attempt {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  /** What has to come; otherwise any answer will do that shows nothing of the south. */
  readonly status?: readonly number[];
  /** What the answer has to be beyond that. */
  readonly expects?: (body: unknown) => boolean;
}

const device = { id: "new", kind: "environment-sensor", name: "new", placeId: "north" };
const csv = (placeId: string, id: string) => ({ csv: `id,kind,name,placeId\n${id},environment-sensor,x,${placeId}\n` });
const SEARCHES = [CANARY, "%", "_", "lamp-1", "' OR 1=1 --", '" OR ""="', "%' OR placeId='south", "\\", "*", "\u0000"];
const searches = SEARCHES.map((text) => ({ query: `search=${encodeURIComponent(text)}` }));
const inside = ["south", "town", "nowhere"].map((id) => ({ query: `in=${id}` }));
const keys = ["placeId=south", "in=north&in=south", "in[]=south", "scope=null"].map((query) => ({ query }));

/**
 * How the routes that anybody with a right somewhere may call could be abused from elsewhere. A new route of that sort
 * has no entry, and fails the fault until it has one.
 */
const attempts: (town: Town) => Readonly<Partial<Record<RouteName, readonly Attempt[]>>> = ({ letterId }) => ({
  listPlaces: [{}],
  putPlace: [
    { params: { id: "south" }, body: { level: "community", parentId: "town", name: FORGED }, status: [403] },
    { params: { id: "annex" }, body: { level: "building", parentId: "south", name: FORGED }, status: [400] },
    { params: { id: "root" }, body: { level: "subdistrict", parentId: null, name: FORGED }, status: [403] },
  ],
  listDevices: [{}, { query: "gatewayId=gateway-s" }, { query: "after=lamp" }, ...inside, ...keys, ...searches],
  createDevice: [
    { body: { ...device, placeId: "south" }, status: [400] },
    { body: { ...device, gatewayId: "gateway-s" }, status: [400] },
    { body: { ...device, id: "lamp-1" }, status: [409] },
  ],
  importDevices: [
    { body: csv("south", "smuggled"), status: [400] },
    { body: csv("north", "lamp-1"), status: [400] },
    { query: "partial=true", body: csv("south", "smuggled") },
  ],
  listStates: [{}, { query: "ids=lamp-1,child-s,lamp" }, ...inside, ...keys],
  listEvents: [{}, { query: "deviceId=lamp-1" }, { query: `type=${CANARY}` }, ...keys],
  listDeadLetters: [{}, { query: "deviceId=lamp-1" }, ...keys, ...searches],
  getDeadLetter: [{ params: { id: letterId }, status: [404] }],
  replayDeadLetters: [
    { body: { ids: [letterId] }, expects: (body) => (body as { replayed: unknown[] }).replayed.length === 0 },
  ],
  listAlerts: [{}, { query: "device=lamp-1" }, ...inside, ...keys, ...searches],
  countAlerts: [{}, ...inside],
  listIncidents: [{}, ...inside],
  listRules: [{}, ...searches],
  checkRule: [{ body: { yaml: FORGED } }],
  backtestRule: [{ body: { ruleId: "gateway.offline", devices: ["lamp-1"] } }, { body: { ruleId: "gateway.offline" } }],
  getRule: [{ params: { id: "gateway.offline" } }],
  exportRule: [{ params: { id: "gateway.offline" } }],
  listRuleVersions: [{ params: { id: "gateway.offline" } }],
  getRuleVersion: [{ params: { id: "gateway.offline", version: "1" } }],
  listShadowAlerts: [{ params: { id: "gateway.offline" } }],
  listRuleOverrides: [{}, { query: "device=lamp-1" }],
  listArrangements: ["team", "silence", "contact"].map((type) => ({ params: { type } })),
  getArrangement: [{ params: { type: "contact", id: "root" }, status: [404] }],
  putArrangement: [
    {
      params: { type: "team", id: "new" },
      body: { value: { name: FORGED, role: "property", placeId: "south", members: [] } },
      status: [403],
    },
    {
      params: { type: "silence", id: "new" },
      body: { value: { match: { devices: ["lamp-1"] }, from: 0, until: 1, reason: FORGED } },
      status: [403],
    },
  ],
  removeArrangement: [{ params: { type: "team", id: "south" }, status: [404] }],
  listArrangementVersions: [{ params: { type: "team", id: "south" }, status: [404] }],
  endArrangement: [{ params: { type: "silence", id: "south" }, status: [404] }],
  confirmSilence: [{ params: { id: "south" }, status: [404] }],
  whatIf: [{ body: { ruleId: "gateway.offline", deviceId: "lamp-1", severity: "high" }, status: [404] }],
  dutyCalendar: [{}, { query: "from=0&to=1000" }],
  startDrill: [
    { body: { deviceId: "lamp-1", ruleId: "gateway.offline", people: null }, status: [404] },
    { body: { deviceId: "lamp-1", ruleId: "gateway.offline", people: ["root"] }, status: [404] },
  ],
  listDrills: [{}, ...keys],
  listFindings: [{ status: [200, 503] }],
  listLedger: [{}, { query: "personId=root" }],
  listChannelHealth: [{ status: [200, 503] }],
  listNames: [{}],
  getStats: [{ expects: (body) => countOf(body) === 4 }],
  getPlatform: [{}],
  streamEvents: [], // see `listen`
});

const countOf = (stats: unknown) =>
  Object.values((stats as { devices: Record<string, number> }).devices).reduce((sum, count) => sum + count, 0);

/** Bodies that would do harm in the south, for the routes of one object. */
const HARM: Readonly<Partial<Record<RouteName, unknown>>> = {
  changeDevice: { version: 2, name: FORGED },
  createCommand: { name: "reboot" },
  pushTelemetry: { note: FORGED },
  pushEvents: { type: FORGED },
};

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Calls with nothing but this header to say who it is. */
async function call(town: Town, header: Readonly<Record<string, string>>, route: Route, attempt: Attempt) {
  const { params = {}, query = "", body } = attempt;
  const url = `http://127.0.0.1:${town.platform.http}${fillPath(route.path, params)}${query && `?${query}`}`;
  const wantsBody = body !== undefined || route.body !== undefined || route.consumes !== undefined;
  const answer = await fetch(url, {
    method: route.method,
    headers: { ...header, ...(wantsBody && { "content-type": "application/json" }) },
    ...(wantsBody && { body: JSON.stringify(body ?? {}) }),
  });
  return { status: answer.status, text: await answer.text() };
}

/** An error may repeat what the caller said; an answer may name nothing of the south at all. */
function showsNothing(what: string, { status, text }: Answer, asked: string): void {
  mustHold(status < 500, `${what}: ${status} ${text.slice(0, 200)}`);
  const secret = asked.includes(CANARY) && status >= 400 ? [] : [CANARY];
  const words = status < 300 ? [...secret, ...SOUTH_DEVICES] : secret;
  for (const word of words) {
    const leaks = text.includes(`"${word}"`) || (word === CANARY && text.includes(word));
    mustHold(!leaks || asked.includes(word), `${what} shows ${word}: ${text.slice(0, 200)}`);
  }
}

async function walkRoute(town: Town, name: RouteName, header: Readonly<Record<string, string>>): Promise<number> {
  const route: Route = ROUTES[name];
  const { letterId, commandId, credentialId } = town;
  const south = { commandId, credentialId, proposalId: letterId, ruleId: "gateway.offline" };
  const body = HARM[name];
  const id = route.access.at === "place" ? "south" : "lamp-1";
  const whole: Attempt = { params: { ...south, id }, ...(body !== undefined && { body }) };
  const tries: Record<Route["access"]["at"], readonly Attempt[] | undefined> = {
    public: [whole],
    "signed-in": [whole],
    everywhere: [{ ...whole, status: [403] }],
    device: [
      { ...whole, status: [404] },
      { ...whole, params: { ...south, id: "child-s" }, status: [404] },
    ],
    place: [{ ...whole, status: [404] }],
    alert: [{ ...whole, params: { id: "gateway.offline_lamp-1_0" }, status: [404] }],
    incident: [{ ...whole, params: { id: "power-south" }, status: [404] }],
    anywhere: attempts(town)[name]?.map((attempt) => ({ status: [200, 400], ...attempt })),
  };
  const list = tries[route.access.at];
  if (!list) throw new Error(`${name}: nobody has said how this route could be abused`);
  for (const attempt of list) {
    const what = `${name} ${attempt.query ?? JSON.stringify(attempt.params ?? {})}`;
    const answer = await call(town, header, route, attempt);
    showsNothing(what, answer, decodeURIComponent(attempt.query ?? ""));
    const { status: wanted = [answer.status], expects = () => true } = attempt;
    mustHold(wanted.includes(answer.status), `${what}: ${answer.status} instead of ${wanted.join()}: ${answer.text}`);
    if (answer.status < 300 && attempt.expects) mustHold(expects(JSON.parse(answer.text)), `${what}: ${answer.text}`);
  }
  return list.length;
}

/** Every route there is, by a token and by a person of the north, aimed at the south. Resolves with how many calls. */
export async function walkRoutes(town: Town): Promise<number> {
  let calls = 0;
  const callers = [{ authorization: `Bearer ${town.north}` }, { cookie: town.cookie }];
  for (const header of callers) {
    for (const name of Object.keys(ROUTES) as RouteName[]) {
      const isOwnSession = ROUTES[name].path.startsWith("/api/v1/session") && ROUTES[name].method !== "GET";
      if (isOwnSession && "cookie" in header) continue; // they end it, and say nothing
      calls += await walkRoute(town, name, header);
    }
  }
  for (const owner of ["lamp", "gateway-n"]) {
    const header = { authorization: `Bearer ${town.devices.get(owner)}` };
    for (const name of ["pushTelemetry", "pushEvents"] as const) {
      const answer = await call(town, header, ROUTES[name], { params: { id: "child-s" }, body: HARM[name] });
      mustHold(answer.status === 401, `${name} by ${owner} for a foreign device: ${answer.status}`);
      calls++;
    }
  }
  return calls;
}

/** What is searched for is text, never a pattern or a statement. */
export async function searchLiterally({ platform }: Town): Promise<void> {
  for (const text of ["%", "_", "'", "100%_'", "%_'sure"]) {
    const path = `/api/v1/devices?search=${encodeURIComponent(text)}`;
    const { items } = await demand<{ items: { id: string }[] }>(platform, "GET", path);
    const found = items.map(({ id }) => id).join();
    mustHold(found === "child-n", `a search for ${text} found ${found}`);
  }
}

/** Streams of the north, however they ask, while things happen in the south and a device moves there. */
export async function listen(town: Town): Promise<number> {
  const { platform, north, cookie } = town;
  const headers = [{ authorization: `Bearer ${north}` }, { cookie }];
  const queries = [
    "",
    "?in=north",
    "?in=south",
    "?in=town",
    "?in=nowhere",
    "?lastEventId=0",
    "?in=south&lastEventId=1",
  ];
  const stop = new AbortController();
  const heard = queries.map(() => "");
  await Promise.all(
    queries.map(async (query, n) => {
      const header: Record<string, string> = { ...headers[n % 2] };
      const url = `http://127.0.0.1:${platform.http}/api/v1/events/stream${query}`;
      const answer = await fetch(url, { headers: header, signal: stop.signal });
      mustHold(answer.status === 200, `stream ${query}: ${answer.status}`);
      void follow(answer, (text) => (heard[n] += text)).catch(() => {});
    }),
  );
  const say = (id: string, note: string) => demand(platform, "POST", `/api/v1/devices/${id}/telemetry`, { note });
  await say("lamp-1", CANARY);
  await demand(platform, "POST", "/api/v1/devices/lamp-1/events", { type: "door", data: { note: CANARY } });
  await demand(platform, "PATCH", "/api/v1/devices/mover", { version: 1, placeId: "south", name: CANARY });
  await say("mover", CANARY);
  await eventually("the north hears of itself", async () => {
    await say("lamp", "homely");
    return (heard[0]?.includes("homely") && heard[1]?.includes("homely") && heard[3]?.includes("homely")) || undefined;
  });
  stop.abort();
  for (const [n, text] of heard.entries()) {
    const at = text.indexOf(CANARY);
    mustHold(at === -1, `the stream ${queries[n]} tells ${text.slice(Math.max(0, at - 200), at + 50)}`);
  }
  const gone = await call(town, { authorization: `Bearer ${north}` }, ROUTES.getDevice, { params: { id: "mover" } });
  mustHold(gone.status === 404, `a device that has moved away: ${gone.status}`);
  return queries.length;
}

async function follow(answer: Response, onText: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) onText(decoder.decode(chunk as Uint8Array, { stream: true }));
}
