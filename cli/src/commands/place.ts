import { LinliError, PLACE_LEVELS, type Place, placeSchema, problemsOf } from "@linli/model";
import type { Command } from "commander";
import { terminalAuthor, withState } from "../data-folder.ts";
import { print, printJson, printTable } from "../output.ts";

interface PutOptions {
  readonly level: string;
  readonly parent?: string;
  readonly name: string;
  readonly order?: string;
}

/** Parents before children, each one step further in. */
function indented(places: readonly Place[], parentId: string | null = null, depth = 0): [Place, number][] {
  return places
    .filter((place) => place.parentId === parentId)
    .toSorted((a, b) => a.order - b.order || a.name.localeCompare(b.name, "zh-CN", { numeric: true }))
    .flatMap((place): [Place, number][] => [[place, depth], ...indented(places, place.id, depth + 1)]);
}

function list(options: { json?: boolean }): Promise<void> {
  return withState(async (state) => {
    const places = await state.registry.places();
    if (options.json) return printJson(places);
    const rows = indented(places).map(([{ id, level, name }, depth]) => [`${"  ".repeat(depth)}${name}`, level, id]);
    printTable(["place", "level", "id"], rows);
    if (places.length === 0)
      print("No place yet: linli place put ID --level subdistrict --name NAME makes the first one.");
  });
}

function put(id: string, { level, parent, name, order }: PutOptions): Promise<void> {
  const input = { id, level, parentId: parent ?? null, name, order: order === undefined ? 0 : Number(order) };
  const parsed = placeSchema.safeParse(input);
  if (!parsed.success) {
    throw new LinliError("invalid", "this place cannot be", { problems: problemsOf(parsed.error, input) });
  }
  return withState(async (state) => {
    await state.registry.putPlace(parsed.data, terminalAuthor());
    print(`${id}: ${name}`);
  });
}

function remove(id: string): Promise<void> {
  return withState(async (state) => {
    await state.registry.removePlace(id, terminalAuthor());
    print(`${id} is gone`);
  });
}

/** `linli place …`: the tree that devices are placed in. */
export function addPlace(program: Command): void {
  const place = program.command("place").description("the tree of places, from the subdistrict down to a space");
  place.command("list").option("--json", "print JSON").action(list);
  place
    .command("put")
    .description("make a place, or change it")
    .argument("<id>")
    .requiredOption("--level <level>", PLACE_LEVELS.join(", "))
    .requiredOption("--name <text>", "the name to show")
    .option("--parent <id>", "the place it is in (none: a root)")
    .option("--order <n>", "order among its siblings")
    .action(put);
  place.command("remove").description("only while nothing is in it").argument("<id>").action(remove);
}
