import { LinliError } from "@linli/model";

function decodeAs(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A file's text: UTF-8 with or without BOM, else GB18030 as spreadsheets in Chinese save it. Fails with `invalid`. */
export function decodeText(bytes: Uint8Array): string {
  const text = decodeAs("utf-8", bytes) ?? decodeAs("gb18030", bytes);
  if (text === undefined) throw new LinliError("invalid", "the file is neither UTF-8 nor GB18030 text");
  return text;
}
