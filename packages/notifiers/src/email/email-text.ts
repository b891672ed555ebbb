import type { Message } from "@linli/model";

const escapeHtml = (text: string) => text.replace(/[<>&'"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The message as a letter, in plain text. */
export function textOf({ title, text, link }: Message): string {
  return [title, text, link ?? ""].filter((part) => part !== "").join("\n\n");
}

/** The same as a page that needs nothing from outside. */
export function htmlOf({ title, text, link, language }: Message): string {
  const lines = escapeHtml(text).replaceAll("\n", "<br>");
  const anchor = link === undefined ? "" : `<p><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>`;
  return `<!doctype html><html lang="${language}"><body><p><strong>${escapeHtml(title)}</strong></p><p>${lines}</p>${anchor}</body></html>`;
}
