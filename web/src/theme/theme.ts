import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#e8eef9",
  "#cfdbf1",
  "#b0c3e8",
  "#9cbbf5",
  "#6d90d2",
  "#4a73bf",
  "#3a66b5",
  "#2b57a7",
  "#234888",
  "#1b396c",
];

const FONT =
  '"Inter Variable", "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif';

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  colors: { accent },
  fontFamily: FONT,
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  defaultRadius: 6,
  headings: { fontFamily: FONT, fontWeight: "650" },
});

/** Our tokens under Mantine's names, so that its parts and ours share one set of colours. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--bg)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-dimmed": "var(--text3)",
    "--mantine-color-placeholder": "var(--text3)",
    "--mantine-color-default": "var(--surface)",
    "--mantine-color-default-hover": "var(--sunken)",
    "--mantine-color-default-color": "var(--text)",
    "--mantine-color-default-border": "var(--line2)",
    "--mantine-color-error": "var(--red)",
    "--mantine-color-anchor": "var(--accent)",
  };
  return { variables: {}, light: shared, dark: shared };
};
