/**
 * Remembers a pure function's answers by name. At most `limit` of them: then it forgets all and starts again, so that
 * a flood of invented names costs time, never memory.
 */
export function memoByName<T>(answer: (name: string) => T, limit = 4_096): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const seen = known.get(name);
    if (seen !== undefined || known.has(name)) return seen as T;
    const found = answer(name);
    if (known.size >= limit) known.clear();
    known.set(name, found);
    return found;
  };
}
