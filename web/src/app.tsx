import { connectionSchema, type Who } from "@linli/model";
import { Loader } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { whoQuery } from "./client/queries.ts";
import { DevicesPage } from "./devices/devices-page.tsx";
import { LiveStore } from "./live/live-store.ts";
import { followStream } from "./live/stream.ts";
import { LiveProvider, useNow } from "./live/use-live.ts";
import { Brand } from "./shell/brand.tsx";
import { SignIn } from "./shell/sign-in.tsx";
import { TopBar } from "./shell/top-bar.tsx";

/** Every filter is in the address, so that any view can be sent to somebody. */
const searchSchema = z.object({
  in: z.string().optional().catch(undefined),
  q: z.string().optional().catch(undefined),
  kind: z.string().optional().catch(undefined),
  connection: connectionSchema.optional().catch(undefined),
  device: z.string().optional().catch(undefined),
});

function SignedIn({ who }: { readonly who: Who }) {
  const queries = useQueryClient();
  const [store] = useState(() => new LiveStore((flush) => requestAnimationFrame(flush)));
  const now = useNow();
  const search = homeRoute.useSearch();
  const navigate = homeRoute.useNavigate();
  useEffect(() => followStream(store, queries), [store, queries]);
  return (
    <LiveProvider value={store}>
      <div className="shell">
        <div className="brand">
          <Brand />
        </div>
        <TopBar who={who} now={now} />
        <DevicesPage
          search={search}
          now={now}
          onSearch={(change) =>
            void navigate({ search: (before) => ({ ...before, ...change }), replace: "q" in change })
          }
        />
      </div>
    </LiveProvider>
  );
}

function Home() {
  const { t } = useTranslation();
  const who = useQuery(whoQuery);
  if (who.isPending) return <Loader aria-label={t("loading")} m="xl" />;
  return who.data && !who.isError ? <SignedIn who={who.data} /> : <SignIn />;
}

const rootRoute = createRootRoute();
const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  validateSearch: searchSchema,
  component: Home,
});

export const router = createRouter({ routeTree: rootRoute.addChildren([homeRoute]) });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
