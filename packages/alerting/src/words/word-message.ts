import { assertNever } from "@linli/model";
import { type Speech, wordCall, wordNews, wordOver } from "./alert-words.ts";
import { en } from "./en.ts";
import { wordIncident, wordList } from "./group-words.ts";
import { headline, textOf, variablesOf } from "./headline.ts";
import { momentInWords } from "./spoken-time.ts";
import type { AlertCall, AlertOver, PlatformNews, Worded, Wording } from "./wording.ts";
import { zhCN } from "./zh-CN.ts";

const LANGUAGES = { "zh-CN": zhCN, en } as const;

function wordPlatform({ code, subject, detail }: PlatformNews, speech: Speech): Worded {
  const { words, at, timeZone } = speech;
  const what = words.platform[code]?.(subject) ?? `${code} ${subject}`.trim();
  const named = { place: "", device: "", what };
  return {
    title: headline(speech, words.label.platform, named),
    text: textOf(speech, [detail]),
    variables: variablesOf(speech, words.label.platform, { ...named, since: momentInWords(at, at, timeZone, words) }),
  };
}

function wordTest(speech: Speech): Worded {
  const { words, at, timeZone } = speech;
  const named = { place: "", device: "", what: words.testTitle };
  return {
    title: headline(speech, words.label.test, named),
    text: textOf(speech, [words.testText]),
    variables: variablesOf(speech, words.label.test, { ...named, since: momentInWords(at, at, timeZone, words) }),
  };
}

const isOver = (told: AlertCall | AlertOver): told is AlertOver =>
  told.occasion === "cleared" || told.occasion === "ended";

/** Says it in the reader's language: a title for a lock screen, a text of a few lines, values for reviewed templates. */
export function wordMessage(told: Wording): Worded {
  const { language, world, at } = told;
  const drill = told.drill === true || told.occasion === "drill";
  const speech: Speech = { words: LANGUAGES[language], timeZone: world.timeZone, world, at, drill };
  switch (told.about) {
    case "alert":
      if (told.occasion === "progress") return wordNews(told, speech);
      return isOver(told) ? wordOver(told, speech) : wordCall(told, speech);
    case "incident":
      return wordIncident(told, speech);
    case "list":
      return wordList(told, speech);
    case "platform":
      return wordPlatform(told, speech);
    case "test":
      return wordTest(speech);
    default:
      return assertNever(told);
  }
}
