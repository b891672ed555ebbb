/** The parts of the platform that can be stopped and started by themselves, in the order in which they start. */
export const PARTS = ["broker", "ingest", "notify"] as const;
export type Part = (typeof PARTS)[number];
