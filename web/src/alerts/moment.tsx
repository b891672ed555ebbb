import { useFormats } from "../i18n/format.ts";

/** How long ago, and exactly when where the pointer rests. */
export function Ago({ at, now }: { readonly at: number; readonly now: number }) {
  const formats = useFormats();
  return (
    <time dateTime={new Date(at).toISOString()} title={formats.exact(at)}>
      {formats.age(at, now)}
    </time>
  );
}

/** When, by the site's clock. */
export function At({ at }: { readonly at: number }) {
  const formats = useFormats();
  return (
    <time className="at" dateTime={new Date(at).toISOString()} title={formats.exact(at)}>
      {formats.clock(at)}
    </time>
  );
}
