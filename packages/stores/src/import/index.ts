export { decodeText } from "./decode-text.ts";
export { deviceProblems } from "./device-problems.ts";
export { checkImport, ImportCheck, type ImportRegistry, type ImportResult, type ImportRow } from "./import-check.ts";
