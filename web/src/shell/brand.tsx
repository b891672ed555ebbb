import { useTranslation } from "react-i18next";

export function Brand() {
  const { t } = useTranslation();
  return (
    <span style={{ display: "flex", alignItems: "center", gap: 10, fontSize: 17, fontWeight: 700 }}>
      <img src="/icon.svg" width={26} height={26} alt="" />
      {t("brand")} <small style={{ fontWeight: 500, fontSize: 13, color: "var(--text3)" }}>{t("brandLatin")}</small>
    </span>
  );
}
