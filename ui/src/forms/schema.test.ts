import { describe, expect, it } from "vitest";
import { Description, isOffered, type Schema } from "./schema";

const description = new Description({
  paths: {
    "/api/x": {
      post: {
        operationId: "create-x",
        requestBody: {
          content: { "application/json": { schema: { $ref: "#/components/schemas/X" }, example: { a: 1 } } },
        },
      },
    },
  },
  components: {
    schemas: {
      X: { type: ["object", "null"], description: "An x.", properties: { a: { type: "integer" } } },
      ConfigSecret: { anyOf: [{ type: "string" }, { type: "object" }] },
    },
  },
});

describe("the description of the admin API", () => {
  it("says what an operation is asked with", () => {
    expect(description.bodyOf("create-x")).toEqual({ schema: description.named("X"), example: { a: 1 } });
    expect(description.bodyOf("nothing").schema).toEqual({});
  });
  it("is followed, and what stands beside a reference counts first", () => {
    expect(description.resolve({ $ref: "#/components/schemas/X", description: "Mine." })).toMatchObject({
      description: "Mine.",
      properties: { a: { type: "integer" } },
    });
  });
  it.each<[Schema, string]>([
    [{ type: ["string", "null"] }, "text"],
    [{ type: ["integer", "string", "null"] }, "text"],
    [{ type: "integer" }, "number"],
    [{ type: ["boolean", "null"] }, "flag"],
    [{ type: "string", enum: ["a", null] }, "choice"],
    [{ type: "array", items: { type: "string" } }, "texts"],
    [{ type: "array", items: { $ref: "#/components/schemas/X" } }, "groups"],
    [{ $ref: "#/components/schemas/X" }, "group"],
    [{ $ref: "#/components/schemas/ConfigSecret" }, "secret"],
    [{ type: "object", additionalProperties: { type: "string" } }, "map"],
    [{ type: "object" }, "any"],
    [{}, "any"],
  ])("has a field for %j", (schema, kind) => {
    expect(description.kindOf(schema)).toBe(kind);
  });
  it("does not ask for what has no effect", () => {
    expect(isOffered({ description: "Audit log. Accepted, not used by this version." })).toBe(false);
    expect(isOffered({ description: "Free text." })).toBe(true);
  });
});
