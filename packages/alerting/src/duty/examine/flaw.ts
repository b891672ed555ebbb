import type { World } from "../world.ts";

/** What can be wrong with what people arranged. */
export type FlawCode =
  | "gone"
  | "nobody"
  | "rota-hole"
  | "no-desk"
  | "second-desk"
  | "chain-without-desk"
  | "robot-only"
  | "page-only"
  | "no-contact"
  | "unreadable"
  | "over"
  | "endless"
  | "too-broad"
  | "life-safety";

/** One thing that is wrong with one arrangement. */
export interface Flaw {
  readonly code: FlawCode;
  /** Path of the field, dotted. */
  readonly field: string;
  /** What it is about, as data: ids, times. */
  readonly about: string;
  /** It may not be saved so; otherwise it is shown, and somebody is told. */
  readonly refused: boolean;
}

/** All that examining asks for; epoch ms. */
export interface Examined {
  readonly world: World;
  readonly now: number;
}

const SENTENCES: Readonly<Record<FlawCode, (about: string) => string>> = {
  gone: (about) => `${about} is not there`,
  nobody: (about) => `${about} tells nobody`,
  "rota-hole": (about) => `nobody is on call from ${about}`,
  "no-desk": () => "no team is the desk that is manned around the clock",
  "second-desk": (about) => `the desk is ${about} already`,
  "chain-without-desk": (about) => `${about} may serve critical alerts and does not end at the desk`,
  "robot-only": (about) => `${about}: a room or a program, and no person`,
  "page-only": (about) => `${about}: only the page, which wakes nobody`,
  "no-contact": (about) => `${about} cannot be reached`,
  unreadable: (about) => about,
  over: () => "it would be over already",
  endless: (about) => `its occurrences follow each other without a gap, ${about}`,
  "too-broad": (about) => `it would hide ${about}: name rules, devices, kinds, tags or a part of the site`,
  "life-safety": (about) => `touching life safety takes ${about}`,
};

export function sentenceOf({ code, about }: Flaw): string {
  return SENTENCES[code](about);
}

export const refused = (code: FlawCode, field: string, about: string): Flaw => ({ code, field, about, refused: true });
export const shown = (code: FlawCode, field: string, about: string): Flaw => ({ code, field, about, refused: false });

/** `gone` for each id that is not there. */
export function missing(what: string, ids: readonly string[], field: string, isThere: (id: string) => boolean): Flaw[] {
  return ids.flatMap((id, index) => (isThere(id) ? [] : [refused("gone", `${field}.${index}`, `${what} ${id}`)]));
}
