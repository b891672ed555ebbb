import { z } from "zod";
import type { DeviceState } from "../device-state.ts";
import { idSchema } from "../id.ts";
import { route } from "./route.ts";

/** What an event stream carries, by the event's name. */
export interface StreamEvents {
  /** First of all: where the stream stands; its id is what a later `Last-Event-ID` resumes from. */
  readonly hello: { readonly seq: number; readonly instance: string };
  /** Something changed in the store; its id is the change's number. */
  readonly change: { readonly topic: string; readonly id: string; readonly at: number; readonly data: unknown };
  /** States that changed since the last one; coalesced, without an id. */
  readonly state: readonly DeviceState[];
  /** What was asked to resume from is no longer kept: load again. */
  readonly reset: { readonly seq: number };
  /** Every five seconds. */
  readonly heartbeat: { readonly at: number };
}

export const streamRoutes = {
  streamEvents: route({
    method: "GET",
    path: "/api/v1/events/stream",
    tag: "stream",
    summary: "Live changes and states as server-sent events",
    description:
      "Events: hello, change (numbered; resume with `Last-Event-ID`), state (a list of device states), reset (load " +
      "again), heartbeat (every 5 s). Only what lies within the caller's places. A reader that does not keep up is " +
      "disconnected.",
    access: { at: "anywhere", role: "viewer" },
    query: z.strictObject({
      in: idSchema.optional(),
      /** Leaves the states out: changes only. */
      states: z.enum(["true", "false"]).optional(),
      lastEventId: z.string().max(20).optional(),
    }),
    answer: { status: 200, schema: z.unknown() },
    produces: ["text/event-stream"],
  }),
};
