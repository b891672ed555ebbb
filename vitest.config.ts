import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const services = ["**/*.contract.test.ts", "test/**/*.test.ts"];
const ignored = ["**/node_modules/**", "**/dist/**"];

export default defineConfig({
  test: {
    // many tests wait for processes of their own: a core that is left free helps nobody
    maxWorkers: availableParallelism(),
    reporters: ["default", "./test/support/closing-line.ts"],
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["**/*.test.ts"], exclude: [...services, ...ignored], testTimeout: 60_000 },
      },
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
