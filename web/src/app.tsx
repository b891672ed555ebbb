import { connectionSchema, type Who } from "@linli/model";
import { Loader } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createRootRoute, createRoute, createRouter, Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { alertSearchSchema } from "./alerts/alert-search.ts";
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

/** Read when they are first opened. */
const AlertsPage = lazy(async () => ({ default: (await import("./alerts/alerts-page.tsx")).AlertsPage }));
const AlertPage = lazy(async () => ({ default: (await import("./alerts/alert-page.tsx")).AlertPage }));

function Waiting() {
  const { t } = useTranslation();
  return <Loader aria-label={t("loading")} m="xl" />;
}

function SignedIn({ who }: { readonly who: Who }) {
  const queries = useQueryClient();
  const [store] = useState(() => new LiveStore((flush) => requestAnimationFrame(flush)));
  const now = useNow();
  useEffect(() => followStream(store, queries), [store, queries]);
  return (
    <LiveProvider value={store}>
      <div className="shell">
        <div className="brand">
          <Brand />
        </div>
        <TopBar who={who} now={now} />
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </div>
    </LiveProvider>
  );
}

function Root() {
  const who = useQuery(whoQuery);
  if (who.isPending) return <Waiting />;
  return who.data && !who.isError ? <SignedIn who={who.data} /> : <SignIn />;
}

function Home() {
  const now = useNow();
  const search = homeRoute.useSearch();
  const navigate = homeRoute.useNavigate();
  return (
    <DevicesPage
      search={search}
      now={now}
      onSearch={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: "q" in change })}
    />
  );
}

function Alerts() {
  const search = alertsRoute.useSearch();
  const navigate = alertsRoute.useNavigate();
  return (
    <AlertsPage
      search={search}
      onSearch={(change) => void navigate({ search: (before) => ({ ...before, ...change }), replace: "q" in change })}
    />
  );
}

function OneAlert() {
  const { id } = alertRoute.useParams();
  return <AlertPage key={id} id={id} />;
}

const rootRoute = createRootRoute({ component: Root });
const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  validateSearch: searchSchema,
  component: Home,
});
const alertsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/alerts",
  validateSearch: alertSearchSchema,
  component: Alerts,
});
const alertRoute = createRoute({ getParentRoute: () => rootRoute, path: "/alerts/$id", component: OneAlert });

export const router = createRouter({ routeTree: rootRoute.addChildren([homeRoute, alertsRoute, alertRoute]) });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
