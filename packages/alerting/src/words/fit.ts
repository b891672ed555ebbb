const characters = new Intl.Segmenter("zh", { granularity: "grapheme" });
const WIDE = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uff60]/u;
const ELLIPSIS = "…";
/** Templates of text messages take no more, counted in UTF-16 units. */
const VALUE_UNITS = 35;
/** What reviewers and gateways refuse a whole message for. */
const UNSAYABLE = [
  /https?:\/\/\S+/g,
  /(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)/g,
  /(?<!\d)(?:0\d{2,3}[- ]?\d{7,8}|400[- ]?\d{3}[- ]?\d{4})(?!\d)/g,
];

/** A Chinese character says, and takes, as much as one and a half Latin ones. */
const widthOf = (character: string) => (WIDE.test(character) ? 1.5 : 1);

/** Width of a text in Latin characters. */
export function width(text: string): number {
  let sum = 0;
  for (const { segment } of characters.segment(text)) sum += widthOf(segment);
  return sum;
}

function cut(text: string, most: number, measure: (character: string) => number): string {
  let left = most - measure(ELLIPSIS);
  let end = 0;
  for (const { segment, index } of characters.segment(text)) {
    left -= measure(segment);
    if (left < 0) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end).trimEnd()}${ELLIPSIS}`;
}

/** On one line, in at most so many Latin widths; ended by … when something was left out. */
export function fit(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return width(line) <= most ? line : cut(line, most, widthOf);
}

/** A value for a reviewed template: short, without addresses and telephone numbers, never empty. */
export function shortValue(text: string): string {
  const said = UNSAYABLE.reduce((rest, pattern) => rest.replaceAll(pattern, ""), text);
  const line = said.replaceAll(/\s+/g, " ").trim();
  if (line === "") return "-";
  return line.length <= VALUE_UNITS ? line : cut(line, VALUE_UNITS, (character) => character.length);
}
