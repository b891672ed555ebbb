import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ROUTES, RouteOutput, Stats } from "@linli/model";
import { launchBrowser, signIn } from "../test/support/browser.ts";
import { eventually, startPlatform } from "../test/support/platform.ts";

type AlertPage = RouteOutput<typeof ROUTES.listAlerts>;

/** The pictures in docs/images, taken of the demo neighbourhood in a real browser: `npm run screenshots`. */
const FOLDER = "docs/images";
const SHOTS = [
  { name: "devices-zh", locale: "zh-CN", scheme: "light", width: 1440, height: 900, path: "/" },
  { name: "devices-en-dark", locale: "en-US", scheme: "dark", width: 1440, height: 900, path: "/?kind=elevator" },
  {
    name: "device-phone-zh",
    locale: "zh-CN",
    scheme: "light",
    width: 390,
    height: 844,
    path: "/?device=lift-huayuan-01-1",
  },
  { name: "alerts-zh", locale: "zh-CN", scheme: "light", width: 1440, height: 900, path: "/alerts" },
  { name: "alert-phone-en-dark", locale: "en-US", scheme: "dark", width: 390, height: 844, path: "/alerts/{trapped}" },
] as const;
const TRAPPED = { type: "entrapment", seq: 1, data: { floorLabel: "7" } };

/** Somebody is trapped, for the pictures of alerts. */
async function trap(): Promise<string> {
  await platform.api("POST", "/api/v1/devices/lift-huayuan-01-1/events", [TRAPPED]);
  return eventually("the alert is open", async () => {
    const { items } = (await platform.api("GET", "/api/v1/alerts?active=true&rule=lift.entrapment")).body as AlertPage;
    return items[0]?.alert.id;
  });
}

await mkdir(FOLDER, { recursive: true });
const platform = await startPlatform({ demo: true });
const browser = await launchBrowser();
try {
  await eventually("every device is online", async () => {
    const { online, ...others } = ((await platform.api("GET", "/api/v1/stats")).body as Stats).devices;
    return (online > 0 && Object.values(others).every((count) => count === 0)) || undefined;
  });
  let trapped: string | undefined;
  for (const { name, locale, scheme, width, height, path } of SHOTS) {
    if (path.startsWith("/alerts")) trapped ??= await trap();
    const context = await browser.newContext({ locale, colorScheme: scheme, viewport: { width, height } });
    const page = await context.newPage();
    await signIn(
      page,
      `http://127.0.0.1:${platform.http}${path.replace("{trapped}", trapped ?? "")}`,
      "admin",
      platform.firstPassword ?? "",
    );
    await page.locator("[data-live=live]").waitFor();
    await page.locator("table tbody tr, .alert-row, .alert-head").first().waitFor();
    await page.evaluate("document.fonts.ready");
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    await context.close();
  }
} finally {
  await browser.close();
  await platform.stop();
  await platform.dispose();
}
