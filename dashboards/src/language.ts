import type { Bilingual } from "@linli/model";

/** Every board exists once in each. */
export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

export type Say = (text: Bilingual) => string;

export function speak(language: Language): Say {
  return (text) => text[language];
}

/** The folder in Grafana, and the tag by which the boards of one language find one another. */
export function folderOf(language: Language): string {
  return language === "en" ? "linli" : "linli-zh";
}

/** Stable for good: bookmarks and links name it. */
export function uidOf(language: Language, board: string): string {
  return `${folderOf(language)}-${board}`;
}
