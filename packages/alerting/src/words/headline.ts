import { fit, shortValue, width } from "./fit.ts";
import type { Worded } from "./wording.ts";
import type { Named, Words } from "./words.ts";

const TITLE = 60;
const TEXT = 4_000;
const LINE = 300;

/** How a message begins. */
export interface Opening {
  readonly words: Words;
  readonly drill: boolean;
}

/** Less of what happened says nothing. */
const LEAST = 20;

/**
 * A title that fits a lock screen. The place gives way first: the text has it. Then what happened is cut, so that two
 * devices with one fault are still two; a name that leaves no room is cut with it.
 */
export function headline({ words, drill }: Opening, label: string, named: Named): string {
  const say = (part: Named) => `${drill ? words.drillBrand : words.brand}${words.headline(label, part)}`.trim();
  const withoutPlace = { ...named, place: "" };
  const whole = [named, withoutPlace].map(say).find((title) => width(title) <= TITLE);
  if (whole !== undefined) return whole;
  const around = (part: Named) => width(say({ ...part, what: "." })) - 1;
  const short =
    TITLE - around(withoutPlace) >= LEAST ? withoutPlace : { ...withoutPlace, device: fit(named.device, LEAST) };
  return fit(say({ ...short, what: fit(named.what, Math.max(LEAST, TITLE - around(short))) }), TITLE);
}

/** Lines of a text; empty ones are left out, a drill says so first. */
export function textOf({ words, drill }: Opening, lines: readonly (string | undefined)[]): string {
  const said = [drill ? words.drill : undefined, ...lines].filter((line) => line !== undefined && line !== "");
  return said
    .map((line) => fit(line as string, LINE))
    .join("\n")
    .slice(0, TEXT);
}

/** The label stands in `what`: a reviewed template may show nothing else of the occasion. */
export function variablesOf(
  opening: Opening,
  label: string | undefined,
  values: Named & { readonly since: string },
): Worded["variables"] {
  const { words, drill } = opening;
  const marks = [drill ? words.drillMark : undefined, label].filter(Boolean);
  const what = words.of({ zh: [...marks, values.what].join("："), en: [...marks, values.what].join(": ") });
  return {
    device: shortValue(values.device),
    place: shortValue(values.place),
    what: shortValue(what),
    since: shortValue(values.since),
  };
}
