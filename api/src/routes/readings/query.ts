import { DEVICE_KINDS, type Device, days, findPoint, POINT_NAME } from "@linli/model";
import type { Aggregate } from "@linli/stores";
import { invalidField } from "../../errors/api-error.ts";
import type { Parts } from "../../parts.ts";

const MOST_POINTS = 200;
const LEAST_BUCKET_MS = 1_000;
const USUAL_RANGE = days(1);

export interface ReadingsRequest {
  readonly deviceId: string;
  readonly points: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly bucketMs: number | null;
  readonly fn: Aggregate | null;
  readonly limit: number;
}

interface Given {
  readonly points?: string[] | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly bucket?: number | undefined;
  readonly fn?: Aggregate | undefined;
  readonly limit: number;
}

/** What is asked for, with all left out filled in. Fails with `invalid`. */
export async function readingsRequest(parts: Parts, device: Device, given: Given): Promise<ReadingsRequest> {
  const to = given.to ?? parts.clock.now() + 1;
  const from = given.from ?? to - USUAL_RANGE;
  if (from >= to) throw invalidField("from", "has to be before to", from);
  if (given.bucket !== undefined && given.bucket < LEAST_BUCKET_MS) {
    throw invalidField("bucket", "at least 1s", given.bucket);
  }
  if (given.fn !== undefined && given.bucket === undefined) throw invalidField("bucket", "needed with fn");
  const points = [...new Set(given.points ?? (await parts.series.points(device.id)))];
  const wrong = points.find((name) => !POINT_NAME.test(name));
  if (wrong !== undefined) throw invalidField("points", "not a point's name", wrong);
  if (points.length > MOST_POINTS) throw invalidField("points", `at most ${MOST_POINTS} at a time`, points.length);
  const bucketMs = given.bucket ?? null;
  const fn = bucketMs === null ? null : (given.fn ?? "mean");
  return { deviceId: device.id, points, from, to, bucketMs, fn, limit: given.limit };
}

/** The unit of what is answered: that of the point, save for a count. */
export function unitOf(device: Device, point: string, fn: Aggregate | null): string | null {
  if (fn === "count") return null;
  const kind = DEVICE_KINDS.get(device.kind);
  return (kind && findPoint(kind, point)?.unit) ?? device.extraPoints[point]?.unit ?? null;
}

export function readSeries(parts: Parts, request: ReadingsRequest) {
  const { bucketMs, fn, ...range } = request;
  return bucketMs === null || fn === null
    ? parts.series.range(range)
    : parts.series.aggregate({ ...range, bucketMs, fn });
}
