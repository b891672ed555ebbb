import { createInterface } from "node:readline/promises";
import { type Grant, LinliError, ROLES, type Role, roleSchema } from "@linli/model";
import { hashPassword, newPassword, systemClock } from "@linli/runtime";
import type { Command } from "commander";
import { terminalAuthor, withState } from "../data-folder.ts";
import { print, printJson, printTable } from "../output.ts";

const SHORTEST_PASSWORD = 10;

interface AddOptions {
  readonly name?: string;
  readonly role: string;
  readonly place?: string;
  readonly passwordStdin?: boolean;
  readonly json?: boolean;
}

/** `ROLE` with an optional place as a grant; fails with `invalid` for a role that is none. */
export function parseGrant(role: string, placeId: string | undefined): Grant {
  const parsed = roleSchema.safeParse(role);
  if (parsed.success) return { role: parsed.data satisfies Role, placeId: placeId ?? null };
  throw new LinliError("invalid", "no such role", {
    problems: [{ field: "--role", value: role, message: `one of ${ROLES.join(", ")}` }],
  });
}

async function choosePassword(fromStdin: boolean | undefined): Promise<{ password: string; shown: boolean }> {
  if (!fromStdin) return { password: newPassword(), shown: true };
  const lines = createInterface({ input: process.stdin });
  const password = (await lines[Symbol.asyncIterator]().next()).value ?? "";
  lines.close();
  if (password.length >= SHORTEST_PASSWORD) return { password, shown: false };
  throw new LinliError("invalid", `a password has at least ${SHORTEST_PASSWORD} characters`);
}

function add(id: string, options: AddOptions): Promise<void> {
  return withState(async (state) => {
    if (await state.access.person(id)) throw new LinliError("conflict", `there is a person ${id} already`);
    const grants = [parseGrant(options.role, options.place)];
    const { password, shown } = await choosePassword(options.passwordStdin);
    const person = {
      id,
      name: options.name ?? id,
      grants,
      language: "zh-CN" as const,
      createdAt: systemClock.now(),
      disabledAt: null,
    };
    await state.access.putPerson(person, terminalAuthor());
    await state.access.setPassword(id, await hashPassword(password), terminalAuthor());
    if (options.json) return printJson({ id, ...(shown && { password }) });
    print(shown ? `${id} can sign in with ${password} (shown this once)` : `${id} can sign in`);
  });
}

function setPassword(id: string, options: { passwordStdin?: boolean; json?: boolean }): Promise<void> {
  return withState(async (state) => {
    if (!(await state.access.person(id))) throw new LinliError("not-found", `there is no person ${id}`);
    const { password, shown } = await choosePassword(options.passwordStdin);
    await state.access.setPassword(id, await hashPassword(password), terminalAuthor());
    if (options.json) return printJson({ id, ...(shown && { password }) });
    print(shown ? `new password of ${id}: ${password} (shown this once)` : `${id} has the new password`);
    print("all its sessions have ended");
  });
}

function disable(id: string): Promise<void> {
  return withState(async (state) => {
    const person = await state.access.person(id);
    if (!person) throw new LinliError("not-found", `there is no person ${id}`);
    await state.access.putPerson({ ...person, disabledAt: systemClock.now() }, terminalAuthor());
    await state.access.endSessions(id);
    print(`${id} can no longer sign in`);
  });
}

function list(options: { json?: boolean }): Promise<void> {
  return withState(async (state) => {
    const people = await state.access.people();
    if (options.json) return printJson(people);
    const rights = (grants: readonly Grant[]) =>
      grants.map(({ role, placeId }) => `${role}${placeId ? `@${placeId}` : ""}`).join(" ");
    printTable(
      ["id", "name", "rights", "state"],
      people.map(({ id, name, grants, disabledAt }) => [id, name, rights(grants), disabledAt ? "disabled" : "active"]),
    );
  });
}

/** `linli user …`: the people who may sign in. */
export function addUser(program: Command): void {
  const user = program.command("user").description("people who may sign in");
  user.command("list").option("--json", "print JSON").action(list);
  user
    .command("add")
    .argument("<id>", "the name to sign in with")
    .option("--name <text>", "the name to show")
    .requiredOption("--role <role>", ROLES.join(", "))
    .option("--place <id>", "only at this place and below it")
    .option("--password-stdin", "read the password from standard input instead of making one")
    .option("--json", "print JSON")
    .action(add);
  user
    .command("password")
    .description("set a new password; ends all sessions")
    .argument("<id>")
    .option("--password-stdin", "read it from standard input instead of making one")
    .option("--json", "print JSON")
    .action(setPassword);
  user.command("disable").argument("<id>").action(disable);
}
