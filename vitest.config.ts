import { defineConfig } from "vitest/config";

const services = ["**/*.contract.test.ts", "test/**/*.test.ts"];
const ignored = ["**/node_modules/**", "**/dist/**"];

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/closing-line.ts"],
    projects: [
      { extends: true, test: { name: "unit", include: ["**/*.test.ts"], exclude: [...services, ...ignored] } },
      {
        extends: true,
        test: {
          name: "contract",
          include: services,
          exclude: ignored,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
    coverage: { provider: "v8", include: ["packages/*/src/**/*.ts"] },
  },
});
