import type { Message } from "@linli/model";

const characters = new Intl.Segmenter("zh", { granularity: "grapheme" });
const ELLIPSIS = "…";
const bytesOf = (text: string) => Buffer.byteLength(text, "utf8");

/** `text` in at most `maxBytes` of UTF-8, ended by … when something was left out; no character is cut in two. */
export function shorten(text: string, maxBytes: number): string {
  if (bytesOf(text) <= maxBytes) return text;
  let left = maxBytes - bytesOf(ELLIPSIS);
  let end = 0;
  for (const { segment, index } of characters.segment(text)) {
    left -= bytesOf(segment);
    if (left < 0) break;
    end = index + segment.length;
  }
  return maxBytes < bytesOf(ELLIPSIS) ? "" : `${text.slice(0, end).trimEnd()}${ELLIPSIS}`;
}

/** `text` in at most `count` characters, as the providers of text messages count them (UTF-16 units). */
export function shortenCharacters(text: string, count: number): string {
  if (text.length <= count) return text;
  let end = 0;
  for (const { segment, index } of characters.segment(text)) {
    if (index + segment.length > count - 1) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end).trimEnd()}${ELLIPSIS}`;
}

/** Title, text and link as plain lines in at most `maxBytes`: the text gives way, title and link stay whole. */
export function plainText(message: Message, maxBytes: number, closing: readonly string[] = []): string {
  const tail = [...(message.link === undefined ? [] : [message.link]), ...closing];
  const fixed = [message.title, ...tail].join("\n");
  const left = maxBytes - bytesOf(fixed) - 1;
  // Room for the ellipsis alone says nothing.
  const text = message.text === "" || left < 8 ? [] : [shorten(message.text, left)];
  return shorten([message.title, ...text, ...tail].join("\n"), maxBytes);
}
