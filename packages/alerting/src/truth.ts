/** What a condition comes to: `undefined` = nobody can say, because an input is silent or was never there. */
export type Truth = boolean | undefined;

/** False as soon as one is false, else unknown as soon as one is unknown. */
export function allOf(truths: Iterable<Truth>): Truth {
  let unknown = false;
  for (const truth of truths) {
    if (truth === false) return false;
    if (truth === undefined) unknown = true;
  }
  return unknown ? undefined : true;
}

/** True as soon as one is true, else unknown as soon as one is unknown. */
export function anyOf(truths: Iterable<Truth>): Truth {
  let unknown = false;
  for (const truth of truths) {
    if (truth === true) return true;
    if (truth === undefined) unknown = true;
  }
  return unknown ? undefined : false;
}

export function not(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}
