import { deadLetterReasonSchema, LinliError } from "@linli/model";
import { type AppendCall, localClient, socketPath, systemClock } from "@linli/runtime";
import type { DeadLetterFilter, StateStore } from "@linli/stores";
import type { Command } from "commander";
import { terminalAuthor, withState } from "../data-folder.ts";
import { print, printJson, printTable } from "../output.ts";
import { createProgress } from "../progress.ts";

const PAGE = 500;

interface FilterOptions {
  readonly reason?: string;
  readonly device?: string;
  readonly json?: boolean;
  readonly limit?: string;
}

function filterOf(options: FilterOptions): DeadLetterFilter {
  const reason = deadLetterReasonSchema.optional().safeParse(options.reason);
  if (!reason.success) {
    throw new LinliError("invalid", "no such reason", {
      problems: [
        { field: "--reason", value: options.reason, message: `one of ${deadLetterReasonSchema.options.join(", ")}` },
      ],
    });
  }
  return { ...(reason.data && { reason: reason.data }), ...(options.device && { deviceId: options.device }) };
}

function list(options: FilterOptions): Promise<void> {
  return withState(async (state) => {
    const { items, total } = await state.archive.deadLetters(filterOf(options), { limit: Number(options.limit ?? 50) });
    if (options.json) return printJson({ items, total });
    printTable(
      ["id", "received", "topic", "reason", "field", "value"],
      items.map((letter) => [
        letter.id,
        new Date(letter.receivedAt).toISOString(),
        letter.topic,
        letter.reason,
        letter.field,
        letter.value,
      ]),
    );
    if (total > items.length) print(`… and ${total - items.length} more`);
    const counts = Object.entries(await state.archive.deadLetterCounts());
    print(
      total === 0 ? "No dead letters." : `${total} in all: ${counts.map(([reason, n]) => `${reason} ${n}`).join(", ")}`,
    );
  });
}

/** Ids of all letters not yet replayed. Collected first, since replaying changes what a page shows. */
async function waitingIds(state: StateStore, filter: DeadLetterFilter): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page = await state.archive.deadLetters(
      { ...filter, replayed: false },
      { limit: PAGE, ...(after !== null && { after }) },
    );
    ids.push(...page.items.map(({ id }) => id));
    after = page.next;
  } while (after !== null);
  return ids;
}

function replayAll(options: FilterOptions): Promise<void> {
  return withState(async (state, settings) => {
    const broker = localClient(socketPath(settings.LINLI_DATA_DIR, "broker"));
    const ids = await waitingIds(state, filterOf(options));
    const progress = createProgress("replay", ids.length, systemClock);
    // one bad value of a message makes one letter each: the message is sent once
    const seen = new Set<string>();
    let done = 0;
    for (const id of ids) {
      const letter = await state.archive.deadLetter(id);
      if (letter && letter.payload.length > 0) {
        const payloadBase64 = Buffer.from(letter.payload).toString("base64");
        const message = `${id.slice(0, id.lastIndexOf(":"))}`;
        const call: AppendCall = { messages: [{ principal: letter.principal, topic: letter.topic, payloadBase64 }] };
        if (!seen.has(message)) await broker.call("append", call, 10_000);
        seen.add(message);
        await state.archive.markReplayed([id], terminalAuthor());
      }
      progress.update(++done);
    }
    progress.finish(done);
    broker.close();
    if (options.json) return printJson({ letters: done, messages: seen.size });
    print(
      `${seen.size} messages given again for ${done} dead letters; those that still cannot be used come back as new ones`,
    );
  });
}

/** `linli dead-letters …`: what could not be used, and giving it again once the cause is gone. */
export function addDeadLetters(program: Command): void {
  const letters = program.command("dead-letters").description("messages and values that could not be used");
  letters
    .command("list")
    .option("--reason <reason>")
    .option("--device <id>")
    .option("--limit <n>", "most lines", "50")
    .option("--json", "print JSON")
    .action(list);
  letters
    .command("replay")
    .description("give them to the broker again (it must be running)")
    .option("--reason <reason>")
    .option("--device <id>")
    .option("--json", "print JSON")
    .action(replayAll);
}
