import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, launchBrowser, signIn } from "../support/browser.ts";
import { eventually, type Platform, startPlatform } from "../support/platform.ts";
import { skipWithout } from "../support/required.ts";

const PATIENCE = { timeout: 120_000 };
const PASSWORD = "a password of nine words";

/** What axe finds serious on the page as it stands. */
async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

describe.skipIf(skipWithout("chromium", CHROMIUM !== undefined))("an alert on the page (needs chromium)", () => {
  let platform: Platform;
  let browser: Browser;

  /** A lift, and somebody who looks after it. */
  beforeAll(async () => {
    platform = await startPlatform();
    browser = await launchBrowser();
    const put = async (method: string, path: string, body: unknown) => {
      const answer = await platform.api(method, `/api/v1${path}`, body);
      expect(answer.status, `${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    };
    await put("PUT", "/places/site", { level: "subdistrict", parentId: null, name: "Site" });
    const lift = { id: "lift-1", name: "Lift 1", kind: "elevator", placeId: "site", gatewayId: null, tags: {} };
    await put("POST", "/devices", lift);
    for (const [id, name, role] of [
      ["liu", "Liu", "crew"],
      ["guest", "Guest", "viewer"],
    ] as const) {
      const grants = [{ role, placeId: null }];
      await put("POST", "/people", { id, name, grants, language: "en", password: PASSWORD });
    }
    const ways = [{ channelId: "page", address: null }];
    await put("PUT", "/arrangements/contact/liu", { value: { id: "liu", default: ways, urgent: ways, quiet: null } });
    const team = { id: "lifts", name: "Lifts", role: "lift-maintainer", placeId: null, members: ["liu"], rooms: [] };
    await put("PUT", "/arrangements/team/lifts", { value: { ...team, desk: true } });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await platform?.dispose();
  });

  const say = async (seq: number) => {
    const told = [{ type: "entrapment", seq, data: { floorLabel: "7" } }];
    const { status } = await platform.api("POST", "/api/v1/devices/lift-1/events", told);
    expect(status).toBe(202);
  };
  const open = async (name: string, path: string, options: object) => {
    const page = await (await browser.newContext(options)).newPage();
    await signIn(page, `http://127.0.0.1:${platform.http}${path}`, name, PASSWORD);
    await page.locator("[data-live=live]").waitFor();
    return page;
  };

  it("appears without reload, is answered for on a phone, and the ledger says who was told", PATIENCE, async () => {
    const desk = await open("guest", "/alerts", { locale: "en-US", viewport: { width: 1440, height: 900 } });
    await desk.getByRole("heading", { name: "No open alerts" }).waitFor();
    await say(1);
    await desk.getByRole("link", { name: "Passenger trapped in a lift" }).waitFor();
    await desk.locator(".badge[data-state=critical]").waitFor();
    expect(await seriousFindings(desk)).toEqual([]);

    const phone = await open("liu", "/alerts", { locale: "en-US", viewport: { width: 390, height: 844 } });
    await phone.getByRole("link", { name: "Passenger trapped in a lift" }).click();
    await phone.getByRole("region", { name: "Told", exact: true }).getByText("Liu").first().waitFor();
    expect(await phone.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    expect(await seriousFindings(phone)).toEqual([]);
    await phone.getByRole("button", { name: "I'm on it" }).click();
    await phone.getByRole("button", { name: "I'm there" }).waitFor();
    await desk.getByText("Liu answered").waitFor();
    await phone.getByRole("button", { name: "I'm there" }).click();
    await phone.getByText("Liu is there").waitFor();
    await phone.getByRole("button", { name: "Comment" }).click();
    await phone.getByLabel("Note").fill("on the seventh floor");
    await phone.locator("form").getByRole("button", { name: "Comment" }).click();
    await phone.getByRole("region", { name: "Time line" }).getByText("on the seventh floor").waitFor();
    await phone
      .getByRole("button", { name: "切换语言" })
      .or(phone.getByRole("button", { name: "Switch language" }))
      .click();
    await phone.getByRole("heading", { name: "电梯困人" }).waitFor();
    await phone.getByRole("button", { name: "深色" }).click();
    expect(await seriousFindings(phone)).toEqual([]);
    await phone.close();
    await desk.close();
  });

  it("offers a viewer nothing that only crews may do", PATIENCE, async () => {
    await say(2);
    const page = await open("guest", "/alerts?state=all", { locale: "en-US" });
    await page.getByRole("link", { name: "Passenger trapped in a lift" }).first().click();
    await page.getByRole("region", { name: "Ledger" }).waitFor();
    expect(await page.getByRole("button", { name: "Comment" }).count()).toBe(0);
    expect(await page.getByRole("button", { name: "Close" }).count()).toBe(0);
    await page.close();
  });

  it("is closed with what it was once its condition is over, and leaves the list", PATIENCE, async () => {
    const page = await open("liu", "/alerts", { locale: "en-US" });
    await page.getByRole("link", { name: "Passenger trapped in a lift" }).first().click();
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("combobox", { name: "What it was" }).click();
    await page.getByRole("option", { name: "Real" }).click();
    await page.getByLabel("Note").fill("freed after ten minutes");
    await page.locator("form").getByRole("button", { name: "Close" }).click();
    await eventually("it is over, or the page says why it is not", async () => {
      const isOver = await page.getByText("Ended", { exact: true }).count();
      const isRefused = await page.getByRole("alert").count();
      return isOver + isRefused > 0 || undefined;
    });
    expect(await page.getByRole("alert").allInnerTexts()).toEqual([]);
    await page.getByRole("link", { name: "Alerts", exact: true }).first().click();
    await page.getByRole("heading", { name: "No open alerts" }).waitFor();
    await page.close();
  });
});
