import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.css";
import "./theme/tokens.css";
import "./shell/shell.css";
import "./alerts/alerts.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { router } from "./app.tsx";
import { startTranslations } from "./i18n/i18n.ts";
import { cssVariablesResolver, theme } from "./theme/theme.ts";

const queries = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, retry: 1 } } });
const root = document.getElementById("root");
if (!root) throw new Error("index.html lacks #root");

await startTranslations();
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
