import { randomUUID } from "node:crypto";
import { LinliError, parseDuration, ROLES } from "@linli/model";
import { hashToken, newToken, systemClock } from "@linli/runtime";
import type { Command } from "commander";
import { terminalAuthor, withState } from "../data-folder.ts";
import { print, printJson, printTable } from "../output.ts";
import { parseGrant } from "./user.ts";

interface CreateOptions {
  readonly role: string;
  readonly place?: string;
  readonly expires?: string;
  readonly json?: boolean;
}

function expiry(text: string | undefined, now: number): number | null {
  if (text === undefined) return null;
  const ms = parseDuration(text);
  if (ms !== undefined) return now + ms;
  throw new LinliError("invalid", "expiry cannot be used", {
    problems: [{ field: "--expires", value: text, message: "a number and s, m, h or d, such as 90d" }],
  });
}

function create(name: string, options: CreateOptions): Promise<void> {
  return withState(async (state) => {
    const now = systemClock.now();
    const secret = newToken();
    const author = terminalAuthor();
    const id = randomUUID();
    await state.access.createToken(
      {
        id,
        name,
        hash: hashToken(secret),
        grants: [parseGrant(options.role, options.place)],
        createdAt: now,
        createdBy: author.id,
        expiresAt: expiry(options.expires, now),
        revokedAt: null,
      },
      author,
    );
    if (options.json) return printJson({ id, token: secret });
    print(`${secret}   (shown this once; revoke it with: linli token revoke ${id})`);
  });
}

function list(options: { json?: boolean }): Promise<void> {
  return withState(async (state) => {
    const tokens = (await state.access.tokens()).map(({ hash: _hash, ...shown }) => shown);
    if (options.json) return printJson(tokens);
    const day = (at: number | null) => (at === null ? null : new Date(at).toISOString().slice(0, 10));
    printTable(
      ["id", "name", "role", "expires", "revoked"],
      tokens.map(({ id, name, grants, expiresAt, revokedAt }) => [
        id,
        name,
        grants[0]?.role,
        day(expiresAt),
        day(revokedAt),
      ]),
    );
  });
}

function revoke(id: string): Promise<void> {
  return withState(async (state) => {
    await state.access.revokeToken(id, terminalAuthor());
    print(`${id} no longer works`);
  });
}

/** `linli token …`: what programs use instead of a password. */
export function addToken(program: Command): void {
  const token = program.command("token").description("API tokens for programs");
  token.command("list").option("--json", "print JSON").action(list);
  token
    .command("create")
    .argument("<name>", "what it is for")
    .requiredOption("--role <role>", ROLES.join(", "))
    .option("--place <id>", "only at this place and below it")
    .option("--expires <duration>", "such as 90d (default: never)")
    .option("--json", "print JSON")
    .action(create);
  token.command("revoke").argument("<id>").action(revoke);
}
