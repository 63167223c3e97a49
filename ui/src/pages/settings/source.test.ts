import { expect, it } from "vitest";
import type { ConfigValue, SourcesOutputBody } from "@/api/operations";
import { Description } from "@/forms/schema";
import { defaultsOf, noteOf } from "./source";

const value = (of: Partial<ConfigValue>): ConfigValue =>
  ({ source: "file", in_file: true, locked: false, path: "", ...of }) as ConfigValue;

const sources = (values: ConfigValue[], locked = false): SourcesOutputBody =>
  ({
    revision: 5,
    file: { kind: "file", name: "/etc/a.yaml", locked },
    at_start: ["server"],
    values,
  }) as SourcesOutputBody;

it("a value says whether it is the default, the file's or somebody's", () => {
  const of = sources([
    value({ path: "client.a" }),
    value({ path: "client.b", source: "api", in_file: false, revision: 5, author: "ada" }),
    value({ path: "client.c", source: "api", revision: 4, author: "ada" }),
  ]);
  expect(noteOf("client.a", of)).toEqual({ text: "From /etc/a.yaml.", locked: false });
  expect(noteOf("client.b", of)).toEqual({ text: "Changed here, in revision 5 by ada.", locked: false });
  expect(noteOf("client.c", of).text).toBe(
    "Changed here, in revision 4 by ada. /etc/a.yaml has it otherwise: a change of it there takes the place of this.",
  );
  expect(noteOf("client.d", of)).toEqual({ text: "The default.", locked: false });
});

it("what the file or a node's start has is locked, and says where it is changed", () => {
  const of = sources([value({ path: "client.a", locked: true }), value({ path: "server.listen", locked: true })], true);
  expect(noteOf("client.a", of)).toEqual({
    text: "From /etc/a.yaml. Locked: it is changed in /etc/a.yaml.",
    locked: true,
  });
  expect(noteOf("server.listen", of).text).toContain("when it starts");
  expect(noteOf("server.listen", of).locked).toBe(true);
});

it("a map tells of its members, and is locked only where all of them are", () => {
  const members = [
    value({ path: "logs.m.a", locked: true }),
    value({ path: 'logs.m["b.c"]', source: "api", in_file: false }),
  ];
  expect(noteOf("logs.m", sources(members, true)).locked).toBe(false);
  expect(noteOf("logs.m", sources(members.slice(0, 1), true)).locked).toBe(true);
  expect(noteOf("logs.m", sources(members, true)).text).toContain("Changed here.");
  expect(noteOf("logs.mm", sources(members, true)).text).toBe("The default.");
});

it("what is not set is listed with its default", () => {
  const api = new Description({ paths: {}, components: { schemas: {} } });
  const schema = {
    properties: {
      set: { type: "integer", default: 1 },
      unset: { type: "integer", default: 2 },
      none: { type: "string" },
      group: { type: "object", properties: { flag: { type: "boolean", default: false } } },
    },
  };
  expect(defaultsOf(api, schema, { set: 5 }, "client")).toEqual([
    { path: "client.unset", value: "2" },
    { path: "client.group.flag", value: "false" },
  ]);
});
