import { type Block, type Piece, readSteps } from "./steps-text.ts";

function Text({ pieces }: { readonly pieces: readonly Piece[] }) {
  return pieces.map(({ text, as, href }, index) => {
    const key = `${index}${text}`;
    if (as === "strong") return <strong key={key}>{text}</strong>;
    if (as === "code") return <code key={key}>{text}</code>;
    if (as === "link") {
      return (
        <a key={key} href={href} rel="noreferrer">
          {text}
        </a>
      );
    }
    return <span key={key}>{text}</span>;
  });
}

function Lines({ type, lines }: Block) {
  const items = lines.map((pieces) => (
    <li key={pieces.map(({ text }) => text).join("")}>
      <Text pieces={pieces} />
    </li>
  ));
  if (type === "steps") return <ol>{items}</ol>;
  if (type === "points") return <ul>{items}</ul>;
  return (
    <p>
      <Text pieces={lines[0] ?? []} />
    </p>
  );
}

/** What to do, as the rule says it. */
export function AlertSteps({ markdown }: { readonly markdown: string }) {
  return (
    <div className="steps">
      {readSteps(markdown).map((block, index) => (
        <Lines key={`${index}${block.type}`} {...block} />
      ))}
    </div>
  );
}
