/** How many there are and, when there are any, how many of them are not well. */
export function Count({ total, unwell }: { readonly total: number; readonly unwell: number }) {
  return (
    <span style={{ fontSize: 12, color: "var(--text2)", whiteSpace: "nowrap" }}>
      {unwell > 0 && <b style={{ color: "var(--amber)", marginRight: 6 }}>{unwell}</b>}
      {total}
    </span>
  );
}
