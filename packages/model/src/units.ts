/** Canonical units (SenML/UCUM spelling): what kinds declare and what is stored. */
export const UNIT_CODES = [
  "Cel",
  "%",
  "W",
  "kWh",
  "V",
  "A",
  "mA",
  "Hz",
  "lx",
  "dB",
  "dBm",
  "ppm",
  "ug/m3",
  "mg/m3",
  "m",
  "mm",
  "m/s",
  "km/h",
  "mm/s",
  "m/s2",
  "s",
  "min",
  "h",
  "d",
  "ms",
  "1",
  "1/s",
  "1/min",
  "deg",
  "kcal",
  "CNY",
  "px",
  "kbit/s",
  "Mbit/s",
  "g",
  "kg",
  "Pa",
  "l",
] as const;
export type UnitCode = (typeof UNIT_CODES)[number];

/** Units that a device may declare to send instead; values are converted on the way in and never stored in these. */
export const SENDER_UNITS = [
  "degF",
  "K",
  "ratio",
  "permille",
  "ppb",
  "mW",
  "kW",
  "MW",
  "J",
  "kJ",
  "MJ",
  "Wh",
  "MWh",
  "mV",
  "kV",
  "uA",
  "kA",
  "kHz",
  "klx",
  "g/m3",
  "cm",
  "km",
  "in",
  "ft",
  "cm/s",
  "mph",
  "kn",
  "gn",
  "us",
  "rad",
  "CNY-fen",
  "bit/s",
  "Gbit/s",
  "mg",
  "t",
  "hPa",
  "kPa",
  "MPa",
  "bar",
  "ml",
  "m3",
] as const;
export type SenderUnit = (typeof SENDER_UNITS)[number];

/**
 * Units of one quantity convert into one another by way of its base unit: `base = (value − offset) × num ÷ den`.
 * Whole numerators and denominators, because 0.4470400000000001 begins with a rounded factor.
 */
interface UnitDefinition {
  readonly quantity: string;
  readonly num?: number;
  readonly den?: number;
  readonly offset?: number;
  /** Other spellings, letter for letter: `mW` is not `MW`. */
  readonly symbols?: readonly string[];
  /** Other spellings in any case. */
  readonly words?: readonly string[];
}

const UNITS: Readonly<Record<UnitCode | SenderUnit, UnitDefinition>> = {
  Cel: { quantity: "temperature", symbols: ["°C", "℃", "C"], words: ["degC", "celsius", "centigrade"] },
  degF: {
    quantity: "temperature",
    num: 5,
    den: 9,
    offset: 32,
    symbols: ["°F", "℉", "F"],
    words: ["degF", "fahrenheit"],
  },
  K: { quantity: "temperature", offset: 273.15, symbols: ["°K"], words: ["kelvin"] },

  "%": { quantity: "share", symbols: ["%RH", "/100", "pct"], words: ["percent"] },
  ratio: { quantity: "share", num: 100, symbols: ["/", "0-1", "0–1", "0..1"], words: ["ratio", "fraction"] },
  permille: { quantity: "share", den: 10, symbols: ["‰"], words: ["permille"] },
  ppm: { quantity: "share", den: 10_000, words: ["ppm"] },
  ppb: { quantity: "share", den: 10_000_000, words: ["ppb"] },
  "1": { quantity: "number", symbols: ["count", "pcs"] },

  W: { quantity: "power", words: ["watt", "watts"] },
  mW: { quantity: "power", den: 1_000, words: ["milliwatt"] },
  kW: { quantity: "power", num: 1_000, symbols: ["KW"], words: ["kilowatt"] },
  MW: { quantity: "power", num: 1_000_000, words: ["megawatt"] },

  J: { quantity: "energy", words: ["joule", "joules"] },
  kJ: { quantity: "energy", num: 1_000, words: ["kilojoule"] },
  MJ: { quantity: "energy", num: 1_000_000, words: ["megajoule"] },
  Wh: { quantity: "energy", num: 3_600, symbols: ["W·h", "W.h"], words: ["watt-hour", "watthour"] },
  kWh: { quantity: "energy", num: 3_600_000, symbols: ["kW·h", "kW.h", "KWh", "度"], words: ["kilowatt-hour"] },
  MWh: { quantity: "energy", num: 3_600_000_000, symbols: ["MW·h", "MW.h"], words: ["megawatt-hour"] },
  kcal: { quantity: "energy", num: 4_184, symbols: ["Cal"], words: ["kilocalorie"] },

  V: { quantity: "voltage", words: ["volt", "volts"] },
  mV: { quantity: "voltage", den: 1_000, words: ["millivolt"] },
  kV: { quantity: "voltage", num: 1_000, words: ["kilovolt"] },

  A: { quantity: "current", words: ["amp", "ampere", "amperes"] },
  kA: { quantity: "current", num: 1_000, words: ["kiloampere"] },
  mA: { quantity: "current", den: 1_000, words: ["milliamp", "milliampere"] },
  uA: { quantity: "current", den: 1_000_000, symbols: ["µA", "μA"], words: ["microampere"] },

  Hz: { quantity: "frequency", words: ["hertz"] },
  kHz: { quantity: "frequency", num: 1_000, words: ["kilohertz"] },
  "1/s": { quantity: "rate", symbols: ["fps"], words: ["per-second"] },
  "1/min": { quantity: "rate", den: 60, symbols: ["rpm", "spm"], words: ["per-minute"] },

  lx: { quantity: "illuminance", words: ["lux"] },
  klx: { quantity: "illuminance", num: 1_000, words: ["kilolux"] },
  dB: { quantity: "sound", symbols: ["dBA", "dB(A)"], words: ["decibel"] },
  dBm: { quantity: "signal" },

  "g/m3": { quantity: "concentration", num: 1_000_000, symbols: ["g/m³"] },
  "mg/m3": { quantity: "concentration", num: 1_000, symbols: ["mg/m³"] },
  "ug/m3": { quantity: "concentration", symbols: ["µg/m³", "μg/m³", "µg/m3", "μg/m3", "ug/m³"] },

  m: { quantity: "length", words: ["metre", "meter", "metres", "meters"] },
  km: { quantity: "length", num: 1_000, words: ["kilometre", "kilometer"] },
  cm: { quantity: "length", den: 100, words: ["centimetre", "centimeter"] },
  mm: { quantity: "length", den: 1_000, words: ["millimetre", "millimeter"] },
  in: { quantity: "length", num: 127, den: 5_000, words: ["inch", "inches"] },
  ft: { quantity: "length", num: 381, den: 1_250, words: ["foot", "feet"] },
  px: { quantity: "pixels", words: ["pixel", "pixels"] },

  "m/s": { quantity: "speed", symbols: ["mps"] },
  "km/h": { quantity: "speed", num: 5, den: 18, symbols: ["kmh", "kph", "km/hr"] },
  "cm/s": { quantity: "speed", den: 100 },
  "mm/s": { quantity: "speed", den: 1_000 },
  mph: { quantity: "speed", num: 1_397, den: 3_125, symbols: ["mi/h"] },
  kn: { quantity: "speed", num: 463, den: 900, words: ["knot", "knots"] },
  "m/s2": { quantity: "acceleration", symbols: ["m/s²", "m/s^2"] },
  // Standard gravity. Not "g": that is the gram.
  gn: { quantity: "acceleration", num: 196_133, den: 20_000, symbols: ["g0"], words: ["standard-gravity"] },

  us: { quantity: "time", den: 1_000_000, symbols: ["µs", "μs"], words: ["microsecond", "microseconds"] },
  ms: { quantity: "time", den: 1_000, words: ["millisecond", "milliseconds"] },
  s: { quantity: "time", symbols: ["sec"], words: ["second", "seconds"] },
  min: { quantity: "time", num: 60, words: ["minute", "minutes"] },
  h: { quantity: "time", num: 3_600, symbols: ["hr"], words: ["hour", "hours"] },
  d: { quantity: "time", num: 86_400, words: ["day", "days"] },

  deg: { quantity: "angle", symbols: ["°"], words: ["degree", "degrees"] },
  rad: { quantity: "angle", num: 180, den: Math.PI, words: ["radian", "radians"] },

  CNY: { quantity: "money", symbols: ["¥", "元", "RMB"], words: ["yuan"] },
  "CNY-fen": { quantity: "money", den: 100, symbols: ["分"], words: ["fen"] },

  "bit/s": { quantity: "data rate", symbols: ["bps"] },
  "kbit/s": { quantity: "data rate", num: 1_000, symbols: ["kbps", "kb/s"] },
  "Mbit/s": { quantity: "data rate", num: 1_000_000, symbols: ["Mbps", "Mb/s"] },
  "Gbit/s": { quantity: "data rate", num: 1_000_000_000, symbols: ["Gbps", "Gb/s"] },

  mg: { quantity: "mass", den: 1_000, words: ["milligram"] },
  g: { quantity: "mass", words: ["gram", "grams"] },
  kg: { quantity: "mass", num: 1_000, words: ["kilogram", "kilograms"] },
  t: { quantity: "mass", num: 1_000_000, words: ["tonne"] },

  Pa: { quantity: "pressure", words: ["pascal"] },
  hPa: { quantity: "pressure", num: 100, symbols: ["mbar"], words: ["hectopascal", "millibar"] },
  kPa: { quantity: "pressure", num: 1_000, words: ["kilopascal"] },
  MPa: { quantity: "pressure", num: 1_000_000, words: ["megapascal"] },
  bar: { quantity: "pressure", num: 100_000, words: ["bar"] },

  ml: { quantity: "volume", den: 1_000, symbols: ["mL"], words: ["millilitre", "milliliter"] },
  l: { quantity: "volume", symbols: ["L"], words: ["litre", "liter", "litres", "liters"] },
  m3: { quantity: "volume", num: 1_000, symbols: ["m³"], words: ["cubic-metre"] },
};

type AnyUnit = UnitCode | SenderUnit;
const CODES = [...UNIT_CODES, ...SENDER_UNITS];

/** Throws at import when two units claim one spelling. */
function bySpelling(spellings: (code: AnyUnit) => readonly string[]): ReadonlyMap<string, AnyUnit> {
  const index = new Map<string, AnyUnit>();
  for (const code of CODES) {
    for (const spelling of spellings(code)) {
      if (index.has(spelling)) throw new TypeError(`both ${index.get(spelling)} and ${code} are spelt "${spelling}"`);
      index.set(spelling, code);
    }
  }
  return index;
}

const BY_SYMBOL = bySpelling((code) => [code, ...(UNITS[code].symbols ?? [])]);
const BY_WORD = bySpelling((code) => (UNITS[code].words ?? []).map((word) => word.toLowerCase()));

/** The unit that a registry entry names, by its code or a known synonym; `undefined` when it is none we know. */
export function resolveUnit(text: string): AnyUnit | undefined {
  const name = text.trim();
  return BY_SYMBOL.get(name) ?? BY_WORD.get(name.toLowerCase());
}

/** Fifteen digits are what a decimal keeps in a double: 0.29 × 100 is 29, not 28.999999999999996. */
function withoutDust(value: number): number {
  return Number(value.toPrecision(15));
}

/**
 * A function that converts finite values of one declared unit to another (its results may be infinite at the end of
 * the number range); `undefined` when the two measure different quantities. Never guessed from a value's size.
 */
export function conversionFor(from: string, to: string): ((value: number) => number) | undefined {
  const source = resolveUnit(from);
  const target = resolveUnit(to);
  if (source === undefined || target === undefined) return undefined;
  if (source === target) return (value) => value;
  const a = UNITS[source];
  const b = UNITS[target];
  if (a.quantity !== b.quantity) return undefined;
  const num = (a.num ?? 1) * (b.den ?? 1);
  const den = (a.den ?? 1) * (b.num ?? 1);
  const lift = a.offset ?? 0;
  const drop = b.offset ?? 0;
  // Temperatures keep every bit of the subtraction: 32 °F is exactly 0 °C, and readings compare equal to (f − 32) × 5 ÷ 9.
  if (lift !== 0 || drop !== 0) return (value) => ((value - lift) * num) / den + drop;
  return (value) => withoutDust((value * num) / den);
}

/** Converts one value. Throws a TypeError for units that do not convert: check with `conversionFor` at the door. */
export function convert(value: number, from: string, to: string): number {
  const conversion = conversionFor(from, to);
  if (!conversion) throw new TypeError(`no conversion from ${from} to ${to}`);
  return conversion(value);
}
