import { AxeBuilder } from "@axe-core/playwright";
import type { Stats } from "@linli/model";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, launchBrowser, signIn } from "../support/browser.ts";
import { eventually, type Platform, startPlatform } from "../support/platform.ts";
import { skipWithout } from "../support/required.ts";

const PATIENCE = { timeout: 120_000 };

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ demo: true });
}, 120_000);
afterAll(() => platform?.dispose());

async function stats(): Promise<Stats> {
  return (await platform.api("GET", "/api/v1/stats")).body as Stats;
}

/** What axe finds serious on the page as it stands. */
async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

describe("the first minute of a facility manager on a fresh machine", () => {
  it("is shown a password once, and all demo devices come online", PATIENCE, async () => {
    expect(platform.firstPassword).toMatch(/^\w{5}-\w{5}-\w{5}-\w{5}$/);
    const settled = await eventually("every device is online", async () => {
      const now = await stats();
      const { online, ...others } = now.devices;
      return online > 350 && Object.values(others).every((count) => count === 0) ? now : undefined;
    });
    expect(settled.deadLetters).toBe(0);
    expect(settled.archive.written).toBeGreaterThan(1_000);
    expect(Object.values(settled.processes).every(({ up }) => up)).toBe(true);
  });

  describe.skipIf(skipWithout("chromium", CHROMIUM !== undefined))("in a browser (needs chromium)", () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(() => browser?.close());

    it("signs in, sees the place tree and every device live, in both languages", PATIENCE, async () => {
      const page = await (
        await browser.newContext({ locale: "zh-CN", viewport: { width: 1440, height: 900 } })
      ).newPage();
      const broken: string[] = [];
      page.on("pageerror", (error) => broken.push(error.message));
      await signIn(page, `http://127.0.0.1:${platform.http}/`, "admin", platform.firstPassword ?? "");
      await page.getByRole("heading", { name: /台设备全部在线$/ }).waitFor();
      await page.locator("[data-live=live]").waitFor();
      await page.getByRole("button", { name: /^望湖社区/ }).click();
      await page.getByRole("searchbox").fill("电梯");
      expect(await page.locator("table.devices tbody tr").count()).toBeGreaterThan(10);
      await page.getByRole("button", { name: "切换语言" }).click();
      await page.getByRole("heading", { name: /^All \d+ devices are online$/ }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole("button", { name: "Dark" }).click();
      expect(await seriousFindings(page)).toEqual([]);
      await page.locator(".row-link").first().click();
      await page.getByRole("dialog").waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      expect(broken).toEqual([]);
      await page.close();
    });

    it("has the answer in sight on a phone, the places behind a button", PATIENCE, async () => {
      const page = await browser.newPage({ locale: "zh-CN", viewport: { width: 390, height: 844 } });
      await signIn(page, `http://127.0.0.1:${platform.http}/`, "admin", platform.firstPassword ?? "");
      await page.locator("table.devices tbody tr").first().waitFor();
      expect((await page.locator("h1").boundingBox())?.y).toBeLessThan(200);
      expect(await page.getByRole("navigation", { name: "地点" }).isVisible()).toBe(false);
      await page.getByRole("button", { name: /选择地点$/ }).click();
      await page.getByRole("button", { name: /^望湖社区/ }).click();
      expect(await page.getByRole("navigation", { name: "地点" }).isVisible()).toBe(false);
      await page.close();
    });

    it("sees a device's values change without touching anything", PATIENCE, async () => {
      const page = await browser.newPage({ locale: "en-US" });
      await signIn(page, `http://127.0.0.1:${platform.http}/?kind=camera`, "admin", platform.firstPassword ?? "");
      await page.locator("table.devices tbody tr").first().waitFor();
      const seen = new Set<string>();
      await eventually("another value appears", async () => {
        seen.add((await page.locator("table.devices tbody").innerText()).replaceAll(/\d+ \w+ ago|just now/g, ""));
        return seen.size > 1 || undefined;
      });
      await page.close();
    });

    it("is told on the page and through the API when ingest is dead, and when it is back", PATIENCE, async () => {
      const page = await browser.newPage({ locale: "en-US" });
      await signIn(page, `http://127.0.0.1:${platform.http}/`, "admin", platform.firstPassword ?? "");
      await page.locator("[data-live=live]").waitFor();
      const pid = (await platform.pidOf("ingest")) ?? 0;
      process.kill(pid, "SIGSTOP"); // alive, but answering nobody: a supervisor alone would not notice
      try {
        await page.getByText(/ingest does not answer/).waitFor({ timeout: 60_000 });
      } finally {
        process.kill(pid, "SIGCONT");
      }
      await page.getByText(/ingest does not answer/).waitFor({ state: "hidden", timeout: 60_000 });
      await page.close();
    });
  });

  it("stops on Ctrl-C to the whole group with exit code 0, and the next start has everything", PATIENCE, async () => {
    const before = await stats();
    expect(await platform.stop("SIGINT", true)).toBe(0);
    const again = await startPlatform({ demo: true, dataDir: platform.dataDir });
    try {
      expect(again.firstPassword).toBeUndefined();
      const after = (await again.api("GET", "/api/v1/stats")).body as Stats;
      expect(after.archive.written).toBeGreaterThanOrEqual(before.archive.written);
      expect(after.journal.appended).toBeGreaterThan(before.journal.appended);
    } finally {
      await again.stop();
      await again.dispose();
    }
  });
});
