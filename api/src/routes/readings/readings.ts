import { Readable } from "node:stream";
import { ROUTES } from "@linli/model";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";
import { readingsCsv } from "./csv.ts";
import { readingsRequest, readSeries, unitOf } from "./query.ts";

function wantsCsv(request: FastifyRequest, format: "json" | "csv" | undefined): boolean {
  if (format !== undefined) return format === "csv";
  return /^text\/csv\b/i.test(request.headers.accept ?? "");
}

export function registerReadings(server: FastifyInstance, parts: Parts): void {
  serve(
    server,
    parts,
    ROUTES.getReadings,
    async ({ device, query, request, reply }) => {
      const asked = await readingsRequest(parts, device, query);
      if (wantsCsv(request, query.format)) {
        const name = `${device.id}-readings.csv`;
        reply.header("content-disposition", `attachment; filename="${name}"`).type("text/csv; charset=utf-8");
        return reply.send(Readable.from(readingsCsv(parts, device, asked)));
      }
      const { points, truncated, level } = await readSeries(parts, asked);
      const { deviceId, from, to, bucketMs, fn } = asked;
      const answered = asked.points.map((point) => {
        const samples = points[point] ?? [];
        return [point, { unit: unitOf(device, point, fn), samples: [...samples] }] as const;
      });
      return { deviceId, from, to, bucketMs, fn, level, truncated, points: Object.fromEntries(answered) } as never;
    },
    { unchecked: true },
  );

  serve(
    server,
    parts,
    ROUTES.lastReadings,
    async ({ device }) => ({ points: await parts.series.last(device.id) }) as never,
    { unchecked: true },
  );
}
