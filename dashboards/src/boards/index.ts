import { DEVICE_KINDS, type DeviceKind } from "@linli/model";
import type { Board, Context } from "../board.ts";
import { LANGUAGES, type Language, speak } from "../language.ts";
import { historyBoard } from "./history.ts";
import { kindBoard } from "./kind-board.ts";
import { overviewBoard } from "./overview.ts";
import { platformBoard } from "./platform.ts";

/** Every board in one language: the overview, one for each kind, history and the platform itself. */
export function boardsIn(language: Language, kinds: Iterable<DeviceKind> = DEVICE_KINDS.values()): Board[] {
  const context: Context = { language, say: speak(language) };
  return [
    overviewBoard(context),
    ...[...kinds].map((kind) => kindBoard(kind, context)),
    historyBoard(context),
    platformBoard(context),
  ];
}

export function allBoards(): Board[] {
  return LANGUAGES.flatMap((language) => boardsIn(language));
}
