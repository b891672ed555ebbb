/**
 * Parts that some tests need and that a machine may lack. Without one the tests that need it are skipped by name; where
 * `LINLI_TEST_REQUIRED` names it (as continuous integration does) they fail instead.
 */
const REQUIRED = new Set((process.env.LINLI_TEST_REQUIRED ?? "").split(",").filter(Boolean));

/** True when a test that needs `part` shall be skipped. */
export function skipWithout(part: string, isThere: boolean): boolean {
  if (isThere) return false;
  if (REQUIRED.has(part)) throw new Error(`${part} is required here (LINLI_TEST_REQUIRED) and is not there`);
  console.warn(`skipped: needs ${part}, which this machine lacks`);
  return true;
}
