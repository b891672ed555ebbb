import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDataDir } from "./data-dir.ts";

let parent = "";
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "linli-dir-"));
});
afterEach(() => rm(parent, { recursive: true }));

describe("openDataDir", () => {
  it("makes a new folder once and recognises it afterwards", async () => {
    const dir = join(parent, "a", "data");
    expect(await openDataDir(dir)).toBe(true);
    expect(await openDataDir(dir)).toBe(false);
  });

  it("refuses a folder of a newer version and leaves it as it is", async () => {
    await writeFile(join(parent, "version"), "99\n");
    await expect(openDataDir(parent)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("99"),
    });
    expect(await readdir(parent)).toEqual(["version"]);
    expect(await readFile(join(parent, "version"), "utf8")).toBe("99\n");
  });

  it("says which setting to change when the folder cannot be one", async () => {
    await writeFile(join(parent, "photo.jpg"), "");
    await expect(openDataDir(join(parent, "photo.jpg"))).rejects.toMatchObject({
      code: "invalid",
      problems: [{ field: "LINLI_DATA_DIR", message: expect.stringContaining("a file") }],
    });
  });

  it("refuses a version that is no number", async () => {
    await writeFile(join(parent, "version"), "latest");
    await expect(openDataDir(parent)).rejects.toMatchObject({ code: "corrupt" });
  });
});
