import { z } from "zod";
import { commandSchema } from "../command.ts";
import { idSchema } from "../id.ts";
import { idParams, nothing, pageOf, pageQuery } from "./query.ts";
import { route } from "./route.ts";

/** A command that waits for a second person: nothing has gone to the device yet. */
export const commandProposalSchema = z
  .strictObject({
    id: z.string(),
    deviceId: idSchema,
    name: z.string(),
    args: z.record(z.string(), z.json()),
    proposedBy: z.string(),
    proposedAt: z.number().int(),
    /** Unconfirmed until then, it is forgotten. */
    expiresAt: z.number().int(),
  })
  .meta({ id: "CommandProposal" });
export type CommandProposal = z.infer<typeof commandProposalSchema>;

const tag = "commands";
const params = idParams.extend({ commandId: z.string().max(200) });
const proposalParams = idParams.extend({ proposalId: z.string().max(200) });

export const commandRoutes = {
  createCommand: route({
    method: "POST",
    path: "/api/v1/devices/:id/commands",
    tag,
    summary: "Order something of a device; delivered at least once until it expires",
    description:
      "The arguments are the kind's. A command that takes two persons is only proposed: a second person confirms it " +
      "within ten minutes. Exactly one of `command` and `proposal` is given.",
    access: { at: "device", role: "crew" },
    params: idParams,
    body: z.strictObject({
      name: z.string().min(1).max(64),
      args: z.record(z.string(), z.json()).default({}),
    }),
    answer: {
      status: 201,
      schema: z.strictObject({ command: commandSchema.nullable(), proposal: commandProposalSchema.nullable() }),
    },
  }),
  listCommands: route({
    method: "GET",
    path: "/api/v1/devices/:id/commands",
    tag,
    summary: "A device's commands with their results, newest first, and the proposals that wait",
    access: { at: "device", role: "viewer" },
    params: idParams,
    query: pageQuery,
    answer: { status: 200, schema: pageOf(commandSchema).extend({ proposals: z.array(commandProposalSchema) }) },
  }),
  getCommand: route({
    method: "GET",
    path: "/api/v1/devices/:id/commands/:commandId",
    tag,
    summary: "One command",
    access: { at: "device", role: "viewer" },
    params,
    answer: { status: 200, schema: commandSchema },
  }),
  cancelCommand: route({
    method: "DELETE",
    path: "/api/v1/devices/:id/commands/:commandId",
    tag,
    summary: "Cancel a command that was not answered yet",
    access: { at: "device", role: "crew" },
    params,
    answer: { status: 204, schema: nothing },
  }),
  confirmCommand: route({
    method: "POST",
    path: "/api/v1/devices/:id/command-proposals/:proposalId/confirm",
    tag,
    summary: "Confirm, as a second person, a command that takes two",
    access: { at: "device", role: "crew" },
    params: proposalParams,
    answer: { status: 201, schema: commandSchema },
  }),
  withdrawCommand: route({
    method: "DELETE",
    path: "/api/v1/devices/:id/command-proposals/:proposalId",
    tag,
    summary: "Withdraw a command that waits for a second person",
    access: { at: "device", role: "crew" },
    params: proposalParams,
    answer: { status: 204, schema: nothing },
  }),
};
