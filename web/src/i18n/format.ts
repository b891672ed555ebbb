import type { Bilingual } from "@linli/model";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Language } from "./i18n.ts";

const ZONE = "Asia/Shanghai";
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Units as people write them; those that are not here are shown as their code. */
const UNIT_SIGNS: Readonly<Record<string, string>> = {
  "ug/m3": "µg/m³",
  "mg/m3": "mg/m³",
  "m/s2": "m/s²",
  deg: "°",
  "1": "",
  "1/s": "/s",
  "1/min": "/min",
};

export interface Formats {
  readonly language: Language;
  /** The text in the language in use. */
  readonly text: (label: Bilingual) => string;
  /** Relative within the hour, clock time within the day, date after. */
  readonly age: (at: number | null, now: number) => string;
  readonly clock: (at: number) => string;
  readonly date: (at: number) => string;
  /** With zone offset, for a tooltip. */
  readonly exact: (at: number) => string;
  readonly number: (value: number) => string;
  readonly unit: (code: string) => string;
}

function makeFormats(language: Language, t: TFunction): Formats {
  const clock = new Intl.DateTimeFormat(language, {
    timeZone: ZONE,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
  const day = new Intl.DateTimeFormat(language, { timeZone: ZONE, day: "numeric", month: "short", weekday: "short" });
  const dayTime = new Intl.DateTimeFormat(language, {
    timeZone: ZONE,
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
  const exact = new Intl.DateTimeFormat("sv", { timeZone: ZONE, dateStyle: "short", timeStyle: "medium" });
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 6 });
  return {
    language,
    text: (label) => (language === "en" ? label.en : label.zh),
    age(at, now) {
      if (at === null) return t("age.never");
      const ms = Math.max(0, now - at);
      if (ms < 2_000) return t("age.now");
      if (ms < 60_000) return t("age.seconds", { n: Math.floor(ms / 1_000) });
      if (ms < HOUR_MS) return t("age.minutes", { n: Math.floor(ms / 60_000) });
      return ms < DAY_MS ? t("age.hours", { n: Math.floor(ms / HOUR_MS) }) : dayTime.format(at);
    },
    clock: (at) => clock.format(at),
    date: (at) => day.format(at),
    exact: (at) => `${exact.format(at)} +08:00`,
    number: (value) => number.format(value),
    unit: (code) => (code === "Cel" ? (language === "en" ? "°C" : "℃") : (UNIT_SIGNS[code] ?? code)),
  };
}

export function useFormats(): Formats {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === "en" ? "en" : "zh-CN";
  return useMemo(() => makeFormats(language, t), [language, t]);
}
