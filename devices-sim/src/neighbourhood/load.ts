import { DEVICE_KINDS, LinliError, type NewDevice, type Place, type Problem, problemsOf } from "@linli/model";
import { isNode, LineCounter, parseDocument } from "yaml";
import { createNoise } from "../world/noise.ts";
import type { Site } from "../world/world.ts";
import { expandDevices, expandPlaces, type PathProblem } from "./expand.ts";
import { neighbourhoodSchema } from "./schema.ts";

export interface Neighbourhood {
  readonly name: string;
  readonly site: Site;
  readonly places: Place[];
  readonly devices: NewDevice[];
}

/**
 * Places and devices of a neighbourhood file. The same text and seed always give the same ids, names and tags.
 * Fails with `invalid`, listing all problems with their lines.
 */
export function loadNeighbourhood(yamlText: string, seed: number): Neighbourhood {
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines });

  /** The line of a path, or of the nearest thing above it that has one. */
  function lineOf(path: readonly PropertyKey[]): number {
    for (let depth = path.length; depth >= 0; depth--) {
      const node: unknown = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  }
  const fail = (problems: readonly Problem[]): never => {
    throw new LinliError("invalid", "the neighbourhood cannot be used", { problems });
  };

  if (document.errors.length > 0) {
    fail(document.errors.map(({ linePos, message }) => ({ field: `line ${linePos?.[0].line ?? 1}`, message })));
  }
  const input: unknown = document.toJS();
  const parsed = neighbourhoodSchema.safeParse(input);
  if (!parsed.success) {
    const problems = problemsOf(parsed.error, input);
    return fail(
      parsed.error.issues.map(({ path }, index) => {
        const problem = problems[index] as Problem;
        return { ...problem, field: `line ${lineOf(path)}, ${problem.field}` };
      }),
    );
  }

  const found: PathProblem[] = [];
  const places = expandPlaces(parsed.data.places, found);
  const devices = expandDevices(parsed.data.devices, places, createNoise(seed, "neighbourhood"), found);
  for (const [index, { kind }] of parsed.data.devices.entries()) {
    if (DEVICE_KINDS.has(kind)) continue;
    found.push({
      path: ["devices", index, "kind"],
      problem: { field: "kind", value: kind, message: "no such kind of device" },
    });
  }
  if (found.length > 0) {
    fail(found.map(({ path, problem }) => ({ ...problem, field: `line ${lineOf(path)}, ${problem.field}` })));
  }
  return { name: parsed.data.name, site: parsed.data.site, places: [...places.values()], devices };
}
