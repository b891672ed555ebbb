import { createHash } from "node:crypto";
import { type Device, type NewDevice, type Place, type Problem, shortValue } from "@linli/model";
import { GATEWAY_KIND, type ImportBatch } from "../state/registry.ts";
import { columnOf, deviceOf, headerProblems } from "./columns.ts";
import { deviceProblems } from "./device-problems.ts";
import { PlacePaths } from "./place-paths.ts";

/** What of the registry an import is checked against. */
export interface ImportRegistry {
  /** The places that may be imported into. */
  places(): Iterable<Place>;
  device(id: string): Pick<Device, "id" | "kind"> | undefined;
  /** Whether the id is used, retired devices included. */
  isTaken(id: string): boolean;
  /** Whether some device has this token already, by its SHA-256. */
  isTokenTaken(hash: Uint8Array): boolean;
}

/** One line of the file, by the header's columns; `line` as an editor counts. */
export interface ImportRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface ImportResult {
  /** The good lines only: to be written when there are no problems, or when a part is welcome. */
  readonly batch: ImportBatch;
  readonly lines: number;
  /** By line and column; the first 10,000. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
}

const MOST_PROBLEMS = 10_000;
const LEAST_TOKEN = 16;
const TOKEN = /^[\x21-\x7e]{1,256}$/;

interface GoodLine {
  readonly line: number;
  readonly device: NewDevice;
  readonly tokenHash: Uint8Array | undefined;
}

/** Checks a file of devices line by line, so that a large one can be read piece by piece; pure. */
export class ImportCheck {
  readonly #header: readonly string[];
  readonly #registry: ImportRegistry;
  readonly #placeIds: ReadonlySet<string>;
  readonly #paths: PlacePaths | undefined;
  readonly #headerIsGood: boolean;
  readonly #good = new Map<string, GoodLine>();
  /** Every id and token seen, by the line it was first seen in. */
  readonly #idLines = new Map<string, number>();
  readonly #tokenLines = new Map<string, number>();
  readonly #problems: Problem[] = [];
  #problemCount = 0;
  #lines = 0;

  constructor(header: readonly string[], registry: ImportRegistry) {
    this.#header = header.map((column) => column.trim());
    this.#registry = registry;
    this.#placeIds = new Set(Array.from(registry.places(), ({ id }) => id));
    this.#paths = this.#header.includes("place") ? new PlacePaths(registry.places()) : undefined;
    const problems = headerProblems(this.#header);
    for (const problem of problems) this.#add(problem);
    this.#headerIsGood = problems.length === 0;
  }

  /** A line that could not even be divided into cells. */
  unreadable(line: number, message: string): void {
    this.#lines += 1;
    this.#add({ field: `line ${line}`, message });
  }

  row({ line, cells }: ImportRow): void {
    this.#lines += 1;
    if (!this.#headerIsGood) return;
    if (cells.length !== this.#header.length) {
      const message = `has ${cells.length} cells where the header has ${this.#header.length}`;
      this.#add({ field: `line ${line}`, message });
      return;
    }
    const named = Object.fromEntries(this.#header.map((column, index) => [column, (cells[index] ?? "").trim()]));
    this.#named(line, named);
  }

  finish(): ImportResult {
    this.#checkGateways();
    const lines = [...this.#good.values()];
    const tokenHashes = new Map<string, Uint8Array>();
    for (const { device, tokenHash } of lines) if (tokenHash) tokenHashes.set(device.id, tokenHash);
    return {
      batch: { places: [], devices: lines.map(({ device }) => device), tokenHashes },
      lines: this.#lines,
      problems: this.#problems,
      problemCount: this.#problemCount,
    };
  }

  #named(line: number, cells: Readonly<Record<string, string>>): void {
    const problems: Problem[] = [];
    const placeId = this.#placeOf(cells, problems);
    const read = deviceOf(cells, placeId ?? "unknown");
    problems.push(...("problems" in read ? read.problems : deviceProblems(read.device)));
    const id = cells.id ?? "";
    const idProblem = this.#claim(this.#idLines, id, line) ?? (this.#registry.isTaken(id) ? "exists already" : "");
    if (id !== "" && idProblem !== "") problems.push({ field: "id", value: id, message: idProblem });
    const tokenHash = this.#tokenOf(cells.token ?? "", line, problems);
    for (const { field, value, message } of problems) {
      const at = `line ${line}, column "${columnOf(field)}"`;
      this.#add(value === undefined ? { field: at, message } : { field: at, value: shortValue(value), message });
    }
    if (problems.length === 0 && "device" in read) this.#good.set(id, { line, device: read.device, tokenHash });
  }

  #placeOf(cells: Readonly<Record<string, string>>, problems: Problem[]): string | undefined {
    const { placeId = "", place = "" } = cells;
    if (placeId === "" && place === "") {
      problems.push({ field: this.#header.includes("placeId") ? "placeId" : "place", message: "is missing" });
      return undefined;
    }
    if (placeId !== "") {
      if (this.#placeIds.has(placeId)) return placeId;
      problems.push({ field: "placeId", value: placeId, message: "no such place" });
      return undefined;
    }
    const found = this.#paths?.find(place);
    if (found && "id" in found) return found.id;
    problems.push({ field: "place", value: place, message: found?.problem ?? "no such place" });
    return undefined;
  }

  #tokenOf(token: string, line: number, problems: Problem[]): Uint8Array | undefined {
    if (token === "") return undefined;
    const refuse = (message: string) => void problems.push({ field: "token", message });
    if (token.length < LEAST_TOKEN) refuse(`shorter than ${LEAST_TOKEN} characters`);
    else if (!TOKEN.test(token)) refuse("printable ASCII without spaces, at most 256 characters");
    const hash = createHash("sha256").update(token).digest();
    const twice = this.#claim(this.#tokenLines, hash.toString("base64"), line);
    if (twice !== undefined) refuse(twice);
    else if (this.#registry.isTokenTaken(hash)) refuse("belongs to another device already");
    return hash;
  }

  #claim(seen: Map<string, number>, key: string, line: number): string | undefined {
    const first = seen.get(key);
    if (first !== undefined) return `stands in line ${first} already`;
    seen.set(key, line);
    return undefined;
  }

  /** A gateway may stand anywhere in the file; without it what is behind it cannot be taken either. */
  #checkGateways(): void {
    for (let again = true; again; ) {
      again = false;
      for (const [id, { line, device }] of this.#good) {
        const { gatewayId } = device;
        const message = gatewayId === null ? undefined : this.#gatewayProblem(device, gatewayId);
        if (message === undefined) continue;
        this.#good.delete(id);
        this.#add({ field: `line ${line}, column "gatewayId"`, value: gatewayId, message });
        again = true;
      }
    }
  }

  #gatewayProblem(device: NewDevice, gatewayId: string): string | undefined {
    if (device.kind === GATEWAY_KIND) return "a gateway cannot be behind another gateway";
    const kind = this.#good.get(gatewayId)?.device.kind ?? this.#registry.device(gatewayId)?.kind;
    if (kind === undefined) return "no such gateway";
    return kind === GATEWAY_KIND ? undefined : `a device of the kind ${kind}, not a gateway`;
  }

  #add(problem: Problem): void {
    this.#problemCount += 1;
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push(problem);
  }
}

/** Checks a whole file that is in memory. */
export function checkImport(
  header: readonly string[],
  rows: Iterable<ImportRow>,
  registry: ImportRegistry,
): ImportResult {
  const check = new ImportCheck(header, registry);
  for (const row of rows) check.row(row);
  return check.finish();
}
