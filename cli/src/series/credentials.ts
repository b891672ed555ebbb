import { readFile } from "node:fs/promises";
import { LinliError } from "@linli/model";
import type { Credentials } from "./store-address.ts";

export type Side = "from" | "to";

/** What the command line says of the credentials of one side: names, and files that hold the secrets. */
export interface CredentialOptions {
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly tokenFile?: string | undefined;
}

async function secretIn(option: string, file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((cause: Error) => {
    const problems = [{ field: option, value: file, message: `cannot be read: ${cause.message}` }];
    throw new LinliError("invalid", "a secret is missing", { problems, cause });
  });
  const secret = text.replace(/\r?\n$/, "");
  if (secret !== "") return secret;
  throw new LinliError("invalid", "a secret is missing", {
    problems: [{ field: option, value: file, message: "the file is empty" }],
  });
}

/** The credentials of one side: what the command line names, else LINLI_SERIES_USER, _PASSWORD and _TOKEN. */
export async function readCredentials(
  side: Side,
  { user, passwordFile, tokenFile }: CredentialOptions,
  otherwise: Credentials,
): Promise<Credentials> {
  if (user === undefined && passwordFile === undefined && tokenFile === undefined) return otherwise;
  const password = passwordFile === undefined ? undefined : await secretIn(`--${side}-password-file`, passwordFile);
  const token = tokenFile === undefined ? undefined : await secretIn(`--${side}-token-file`, tokenFile);
  return {
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(token !== undefined && { token }),
  };
}
