/** The tags of a place, and of the device in it, from the outside in. */
const PLACE_TAGS = ["community", "compound", "building"] as const;
export const TAGS = [...PLACE_TAGS, "device"] as const;

const chosen = (tags: readonly string[]) => tags.map((tag) => `"${tag}" =~ /^$${tag}$/`).join(" AND ");

/** Within the board's time and what its variables choose. Every query is bounded in time. */
export const SCOPE = `$timeFilter AND ${chosen(TAGS)}`;

/** The part of SCOPE that lists the values of one variable: whatever is chosen outside of it. */
export function chosenOutside(tag: (typeof TAGS)[number]): string {
  return chosen(TAGS.slice(0, TAGS.indexOf(tag)));
}

/** One group for each device, with its place. */
export const BY_DEVICE = TAGS.map((tag) => `"${tag}"`).join(", ");
