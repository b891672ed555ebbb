import { randomUUID } from "node:crypto";
import {
  type Command,
  type CommandProposal,
  type CommandType,
  DEVICE_KINDS,
  type Device,
  LinliError,
  problemsOf,
  ROUTES,
} from "@linli/model";
import type { Author } from "@linli/stores";
import type { FastifyInstance } from "fastify";
import { authorOf } from "../../access/identity.ts";
import { invalidField } from "../../errors/api-error.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

type Args = Command["args"];

function commandType(device: Device, name: string): CommandType {
  const commands = DEVICE_KINDS.get(device.kind)?.commands ?? {};
  const type = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (type) return type;
  throw invalidField("name", `a ${device.kind} knows: ${Object.keys(commands).join(", ") || "no commands"}`, name);
}

function checkArgs(type: CommandType, args: Args): Args {
  const parsed = type.args.strict().safeParse(args);
  if (parsed.success) return parsed.data as Args;
  const problems = problemsOf(parsed.error, args).map((one) => ({ ...one, field: `args.${one.field}` }));
  throw new LinliError("invalid", "the arguments cannot be used", { problems });
}

function order(parts: Parts, device: Device, { name, args }: { name: string; args: Args }, author: Author) {
  const expiresAt = author.at + commandType(device, name).expiresAfter;
  return parts.state.commands.create({ id: randomUUID(), deviceId: device.id, name, args, expiresAt }, author);
}

export function registerCommands(server: FastifyInstance, parts: Parts): void {
  const { commands } = parts.state;

  async function own(device: Device, id: string): Promise<Command> {
    const command = await commands.command(id);
    if (command?.deviceId !== device.id) throw new LinliError("not-found", "this device has no such command");
    return command;
  }

  serve(server, parts, ROUTES.createCommand, async ({ device, body, who, request }) => {
    if (device.retiredAt !== null) throw new LinliError("conflict", `${device.id} is retired`);
    const type = commandType(device, body.name);
    const args = checkArgs(type, body.args);
    const author = authorOf(who, request.ip, parts.clock.now());
    if (!type.twoPersons) {
      return { command: await order(parts, device, { name: body.name, args }, author), proposal: null };
    }
    const proposal = parts.proposals.add({ deviceId: device.id, name: body.name, args }, who);
    await parts.state.access.recordAudit(author, "command.propose", device.id, proposal);
    return { command: null, proposal };
  });

  serve(server, parts, ROUTES.listCommands, async ({ device, query }) => {
    const { limit, after } = query;
    const page = await commands.list(device.id, { limit, ...(after !== undefined && { after }) });
    return { ...page, items: [...page.items], proposals: parts.proposals.of(device.id) };
  });

  serve(server, parts, ROUTES.getCommand, async ({ device, params }) => own(device, params.commandId));

  serve(server, parts, ROUTES.cancelCommand, async ({ device, params, who, request }) => {
    await own(device, params.commandId);
    await commands.cancel(params.commandId, authorOf(who, request.ip, parts.clock.now()));
  });
}

export function registerProposals(server: FastifyInstance, parts: Parts): void {
  serve(server, parts, ROUTES.confirmCommand, async ({ device, params, who, request }) => {
    if (who.type !== "person") throw new LinliError("forbidden", "only a person can be the second person");
    if (device.retiredAt !== null) throw new LinliError("conflict", `${device.id} is retired`);
    const author = authorOf(who, request.ip, parts.clock.now());
    return parts.proposals.confirm(params.proposalId, device.id, who.answerable, async (proposal: CommandProposal) => {
      const command = await order(parts, device, proposal, author);
      const { proposedBy } = proposal;
      await parts.state.access.recordAudit(author, "command.confirm", device.id, { commandId: command.id, proposedBy });
      return command;
    });
  });

  serve(server, parts, ROUTES.withdrawCommand, async ({ device, params, who, request }) => {
    const proposal = parts.proposals.withdraw(params.proposalId, device.id);
    const author = authorOf(who, request.ip, parts.clock.now());
    await parts.state.access.recordAudit(author, "command.withdraw", device.id, proposal);
  });
}
