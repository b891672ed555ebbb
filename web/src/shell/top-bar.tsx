import type { Who } from "@linli/model";
import { ROUTES } from "@linli/model";
import { ActionIcon, Button, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconLanguage, IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "../client/client.ts";
import { platformQuery, whoQuery } from "../client/queries.ts";
import { chooseLanguage, type Language } from "../i18n/i18n.ts";
import { LivePill } from "./live-pill.tsx";
import { MainNav } from "./main-nav.tsx";

function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  const other: Language = i18n.language === "en" ? "zh-CN" : "en";
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      leftSection={<IconLanguage size={18} />}
      aria-label={t("language.switch")}
      onClick={() => void chooseLanguage(other)}
    >
      {i18n.getFixedT(other)("language.name")}
    </Button>
  );
}

function ThemeSwitch() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={32}
      aria-label={t(dark ? "theme.toLight" : "theme.toDark")}
      onClick={() => setColorScheme(dark ? "light" : "dark")}
    >
      {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
    </ActionIcon>
  );
}

function SignOut({ who }: { readonly who: Who }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const signOut = async () => {
    await call(ROUTES.signOut, {});
    queries.clear();
    await queries.invalidateQueries(whoQuery);
  };
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      rightSection={<IconLogout size={16} />}
      aria-label={t("signOut")}
      onClick={() => void signOut()}
    >
      {who.name}
    </Button>
  );
}

/** Says that what is shown comes from the simulator. */
function DemoChip() {
  const { t } = useTranslation();
  const { data } = useQuery(platformQuery);
  return data?.processes["devices-sim"] ? <span className="chip">{t("platform.demo")}</span> : null;
}

export function TopBar({ who, now }: { readonly who: Who; readonly now: number }) {
  return (
    <header className="topbar">
      <MainNav now={now} />
      <DemoChip />
      <LivePill now={now} />
      <LanguageSwitch />
      <ThemeSwitch />
      <SignOut who={who} />
    </header>
  );
}
