import { ROUTES, type Route } from "@linli/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "./testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

describe("the API's description", () => {
  it("is OpenAPI 3.1 and has every route of the table", async () => {
    const { status, body } = await api.call(undefined, "GET", "/api/v1/openapi.json");
    expect(status).toBe(200);
    expect(body.openapi).toBe("3.1.1");
    for (const route of Object.values(ROUTES) as Route[]) {
      const path = route.path.replaceAll(/:([A-Za-z]+)/g, "{$1}");
      expect(body.paths[path]?.[route.method.toLowerCase()]?.summary, `${route.method} ${path}`).toBe(route.summary);
    }
  });

  it("refers to nothing that it does not have", async () => {
    const { body } = await api.call(undefined, "GET", "/api/v1/openapi.json");
    const references = JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
    for (const [, name] of references) expect(Object.keys(body.components.schemas)).toContain(name);
  });

  it("can be browsed without anything from elsewhere", async () => {
    const page = await api.call(undefined, "GET", "/api/docs/");
    expect(page.status).toBe(200);
    expect(page.body).not.toMatch(/(src|href)="https?:/);
  });
});
