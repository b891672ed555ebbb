/** A piece of a line: plain, strong, code, or a link. */
export interface Piece {
  readonly text: string;
  readonly as: "plain" | "strong" | "code" | "link";
  readonly href?: string;
}

export interface Block {
  readonly type: "steps" | "points" | "paragraph";
  readonly lines: readonly (readonly Piece[])[];
}

const INLINE = /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)/g;
/** Whatever else somebody wrote into a rule is shown as text. */
const SAFE = /^(?:https?:|tel:|mailto:|\/(?!\/))/i;

function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of line.matchAll(INLINE)) {
    const [whole, strong, code, label, href = ""] = match;
    if (match.index > end) pieces.push({ text: line.slice(end, match.index), as: "plain" });
    end = match.index + whole.length;
    if (strong !== undefined) pieces.push({ text: strong, as: "strong" });
    else if (code !== undefined) pieces.push({ text: code, as: "code" });
    else if (SAFE.test(href)) pieces.push({ text: label ?? href, as: "link", href });
    else pieces.push({ text: whole, as: "plain" });
  }
  if (end < line.length) pieces.push({ text: line.slice(end), as: "plain" });
  return pieces;
}

function read(line: string): { type: Block["type"]; text: string } {
  const numbered = /^\d+[.)、]\s*(.*)$/.exec(line);
  if (numbered) return { type: "steps", text: numbered[1] ?? "" };
  const point = /^[-*+]\s+(.*)$/.exec(line);
  if (point) return { type: "points", text: point[1] ?? "" };
  return { type: "paragraph", text: line.replace(/^#+\s*/, "") };
}

/** The little Markdown in which rules say what to do: numbered steps, points, strong, code, links. */
export function readSteps(markdown: string): Block[] {
  const blocks: { type: Block["type"]; lines: Piece[][] }[] = [];
  for (const line of markdown.split("\n").map((text) => text.trim())) {
    if (line === "") continue;
    const { type, text } = read(line);
    const last = blocks.at(-1);
    if (last?.type === type && type !== "paragraph") last.lines.push(piecesOf(text));
    else blocks.push({ type, lines: [piecesOf(text)] });
  }
  return blocks;
}
