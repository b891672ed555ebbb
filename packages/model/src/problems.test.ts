import { describe, expect, it } from "vitest";
import { z } from "zod";
import { problemsOf, shortValue } from "./problems.ts";

const schema = z.strictObject({
  port: z.number(),
  places: z.array(z.strictObject({ name: z.string().min(1) })),
  adminPassword: z.string().min(12),
});

function problems(input: unknown) {
  const { error } = schema.safeParse(input);
  return error ? problemsOf(error, input) : [];
}

describe("problemsOf", () => {
  it("reports all of them, each with its path and value", () => {
    const found = problems({ port: "http", places: [{ name: "a" }, { name: "" }], adminPassword: "long enough, this" });
    expect(found.map(({ field, value }) => [field, value])).toEqual([
      ["port", "http"],
      ["places.1.name", ""],
    ]);
    for (const { message } of found) expect(message).not.toBe("");
  });

  it("never repeats a secret", () => {
    const found = problems({ port: 1, places: [], adminPassword: "hunter2" });
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found)).not.toContain("hunter2");
  });

  it("never repeats a secret inside of what is repeated", () => {
    const found = problems({ port: 1, places: [], adminPassword: "long enough, this", username: "admin" });
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found)).toContain("admin");
    expect(JSON.stringify(found)).not.toContain("long enough");
  });

  it("gives no value where none stood", () => {
    const [first] = problems({ places: [], adminPassword: "long enough, this" });
    expect(first).toMatchObject({ field: "port" });
    expect(first).not.toHaveProperty("value");
  });

  it("survives an input that is no object", () => {
    expect(problems(null)).toMatchObject([{ field: "", value: null }]);
  });
});

describe("shortValue", () => {
  it("shortens long texts and objects", () => {
    expect(shortValue("x".repeat(500))).toHaveLength(201);
    expect(shortValue({ list: Array.from({ length: 500 }, () => 1) })).toHaveLength(201);
    expect(shortValue("short")).toBe("short");
    expect(shortValue(5)).toBe(5);
  });
});
