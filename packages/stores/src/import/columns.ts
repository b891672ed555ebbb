import { type NewDevice, newDeviceSchema, type Problem, parseDuration, problemsOf } from "@linli/model";

const COLUMNS = [
  "id",
  "kind",
  "name",
  "placeId",
  "place",
  "gatewayId",
  "token",
  "units",
  "extraPoints",
  "offlineAfter",
] as const;
const REQUIRED = ["id", "kind", "name"] as const;
const TAG = /^tag:(.{1,64})$/;

type Cells = Readonly<Record<string, string>>;

/** What is wrong with the header itself: then no line can be read. */
export function headerProblems(header: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  const add = (column: string, message: string) => problems.push({ field: `line 1, column "${column}"`, message });
  const isKnown = (column: string) => (COLUMNS as readonly string[]).includes(column) || TAG.test(column);
  for (const column of new Set(header)) {
    if (!isKnown(column)) add(column, `no such column; there are ${COLUMNS.join(", ")} and tag:NAME`);
    if (header.filter((one) => one === column).length > 1) add(column, "stands there twice");
  }
  for (const column of REQUIRED) if (!header.includes(column)) add(column, "is missing");
  if (!header.includes("placeId") && !header.includes("place")) add("placeId", "is missing; or give place");
  return problems;
}

/** `temperature=degF; humidity=%` or the same as a JSON object. */
function unitsOf(text: string): unknown {
  if (text.startsWith("{")) return jsonOf(text);
  const pairs = text.split(";").filter((pair) => pair.trim() !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      return at < 0 ? [pair.trim(), ""] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}

/** Text that is no JSON stays text, which the schema then refuses with its value. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function tagsOf(cells: Cells): Record<string, string> {
  const tags = Object.entries(cells).flatMap(([column, value]) => {
    const name = TAG.exec(column)?.[1];
    return name === undefined || value === "" ? [] : [[name, value] as const];
  });
  return Object.fromEntries(tags);
}

/** Reads a line's cells as a device, its place still as it was found elsewhere; empty cells count as not given. */
export function deviceOf(cells: Cells, placeId: string): { device: NewDevice } | { problems: Problem[] } {
  const given = (column: (typeof COLUMNS)[number]) => (cells[column] ? cells[column] : undefined);
  const units = given("units");
  const extraPoints = given("extraPoints");
  const offlineAfter = given("offlineAfter");
  const offlineAfterMs = offlineAfter === undefined ? null : parseDuration(offlineAfter);
  const input = {
    id: cells.id,
    kind: cells.kind,
    name: cells.name,
    placeId,
    gatewayId: given("gatewayId") ?? null,
    units: units === undefined ? {} : unitsOf(units),
    extraPoints: extraPoints === undefined ? {} : jsonOf(extraPoints),
    offlineAfterMs: offlineAfterMs ?? null,
    tags: tagsOf(cells),
  };
  const parsed = newDeviceSchema.safeParse(input);
  const problems = parsed.success ? [] : problemsOf(parsed.error, input);
  if (offlineAfterMs === undefined) {
    problems.push({ field: "offlineAfter", value: offlineAfter, message: "not a duration, such as 90s or 5m" });
  }
  return parsed.success && problems.length === 0 ? { device: parsed.data } : { problems };
}

/** The column that a problem of a device's field belongs to. */
export function columnOf(field: string): string {
  const [head = "", ...rest] = field.split(".");
  if (head === "offlineAfterMs") return "offlineAfter";
  return head === "tags" ? `tag:${rest.join(".")}` : head;
}
