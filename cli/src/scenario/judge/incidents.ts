import type { Incident } from "@linli/model";
import type { ExpectationOf } from "../file/expectations.ts";
import { byNearness, clockTime, type Evidence, inWords, isWithin, nearest, stretchOf } from "./evidence.ts";

function show({ cause, placeId, openedAt, closedAt, severity, members }: Incident, evidence: Evidence): string {
  const until = closedAt === null ? "open" : `closed ${clockTime(closedAt, evidence)}`;
  const of = members.map(({ deviceId }) => deviceId).join(", ");
  return `${cause} at ${placeId ?? "the site"} ${clockTime(openedAt, evidence)} (${severity}, ${until}) of ${members.length}: ${of}`;
}

export function judgeIncident(expected: ExpectationOf<"incident">, evidence: Evidence): string | undefined {
  const { incident: cause, place, members, atLeast = 1, severity, closed, between } = expected;
  const stretch = stretchOf(between, evidence);
  const { incidents } = evidence.book;
  const wanted = members === undefined ? [] : evidence.ids(members);
  const isThere = incidents.some((one) => {
    const devices = new Set(one.members.map(({ deviceId }) => deviceId));
    return (
      one.cause === cause &&
      (place === undefined || one.placeId === place) &&
      isWithin(one.openedAt, stretch) &&
      devices.size >= atLeast &&
      wanted.every((id) => devices.has(id)) &&
      (severity === undefined || one.severity === severity) &&
      (closed === undefined || (one.closedAt !== null) === closed)
    );
  });
  if (isThere) return undefined;
  const near = byNearness(
    incidents.map((one) => ({ at: one.openedAt, one })),
    stretch,
  );
  const of = wanted.length > 0 ? ` of ${wanted.join(", ")}` : ` of at least ${atLeast}`;
  return `expected an incident (${cause})${of} ${inWords(stretch, evidence)}; nearest: ${nearest(near.map(({ one }) => show(one, evidence)))}`;
}

export function judgeConnection(expected: ExpectationOf<"connection">, evidence: Evidence): string | undefined {
  const stretch = stretchOf(expected.between, evidence);
  const { connections } = evidence.book;
  const missing = evidence
    .ids(expected.on)
    .filter(
      (id) =>
        !connections.some((one) => one.deviceId === id && one.to === expected.connection && isWithin(one.at, stretch)),
    );
  if (missing.length === 0) return undefined;
  const near = byNearness(
    connections.filter(({ deviceId }) => missing.includes(deviceId)),
    stretch,
  );
  const shown = nearest(near.map(({ at, deviceId, to }) => `${deviceId} ${to} ${clockTime(at, evidence)}`));
  return `expected ${missing.join(", ")} ${expected.connection} ${inWords(stretch, evidence)}; nearest: ${shown}`;
}
