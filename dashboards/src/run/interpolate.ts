/** What stands for a board's variables and its time, as Grafana would put it in. */
export interface BoardValues {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Chosen values by variable; a list is several of them, an absent one all. */
  readonly chosen?: Readonly<Record<string, string | readonly string[]>>;
  /** The width of `$__interval`, such as `60s`; widened to what the panel asks for. */
  readonly interval: string;
}

const escaped = (value: string) => value.replaceAll(/[\\^$*+?.()|[\]{}/]/g, "\\$&");

function regex(values: string | readonly string[]): string {
  if (typeof values === "string") return escaped(values);
  return values.length === 1 ? escaped(values[0] ?? "") : `(${values.map(escaped).join("|")})`;
}

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

function secondsOf(interval: string): number {
  const [, count, unit] = /^([\d.]+)([smhd])$/.exec(interval) ?? [];
  if (count === undefined || unit === undefined) throw new TypeError(`${interval} is no interval`);
  return Number(count) * SECONDS[unit as keyof typeof SECONDS];
}

function wider(a: string, b: string): string {
  return secondsOf(a) >= secondsOf(b) ? a : b;
}

/**
 * An InfluxQL query with everything that Grafana replaces replaced: `$timeFilter`, `$__interval`, `${__from}`, `${__to}`
 * and the variables of a board. Throws when something is left that nothing stands for.
 */
export function interpolate(query: { readonly text: string; readonly interval?: string }, values: BoardValues): string {
  const { from, to, chosen = {} } = values;
  const interval = query.interval === undefined ? values.interval : wider(values.interval, query.interval);
  const replaced: Readonly<Record<string, string>> = {
    timeFilter: `time >= ${from}ms AND time <= ${to}ms`,
    __interval: interval,
    __from: String(from),
    __to: String(to),
    per: typeof chosen.per === "string" ? chosen.per : "device",
  };
  const put = (name: string): string | undefined => {
    if (Object.hasOwn(replaced, name)) return replaced[name];
    if (!["community", "compound", "building", "device"].includes(name)) return undefined;
    const values = chosen[name];
    return values === undefined ? ".*" : regex(values);
  };
  return query.text.replaceAll(/\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g, (whole, braced: string | undefined, bare: string) => {
    const value = put(braced ?? bare);
    if (value === undefined) throw new TypeError(`nothing stands for ${whole}`);
    return value;
  });
}
