// The part of the JSON Schema of the admin API's description that forms are made of.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  oneOf?: Schema[];
  anyOf?: Schema[];
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

interface Operation {
  operationId: string;
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> };
}

export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** How a value is asked for. */
export type Kind = "text" | "secret" | "number" | "flag" | "choice" | "texts" | "groups" | "group" | "map" | "any";

/** The admin API's description, as forms look at it. */
export class Description {
  constructor(private readonly document: Document) {}

  /** A schema of its own name, as Config. */
  named(name: string): Schema {
    return this.document.components.schemas[name] ?? {};
  }

  /** What an operation is asked with, and an example of it. */
  bodyOf(operation: string): { schema: Schema; example: unknown } {
    for (const methods of Object.values(this.document.paths)) {
      for (const op of Object.values(methods)) {
        const content = op.operationId === operation ? op.requestBody?.content["application/json"] : undefined;
        if (content) return { schema: this.resolve(content.schema), example: content.example };
      }
    }
    return { schema: {}, example: undefined };
  }

  /** Follows a reference; what is said beside it counts before what it leads to. */
  resolve(schema: Schema): Schema {
    if (!schema.$ref) return schema;
    const { $ref, ...beside } = schema;
    return { ...this.resolve(this.named($ref.slice($ref.lastIndexOf("/") + 1))), ...beside };
  }

  kindOf(of: Schema): Kind {
    if (of.$ref?.endsWith("/ConfigSecret")) return "secret";
    const schema = this.resolve(of);
    if (schema.enum) return "choice";
    const types = typesOf(schema);
    if (types.includes("object")) {
      if (schema.properties && Object.keys(schema.properties).length > 0) return "group";
      return typeof schema.additionalProperties === "object" ? "map" : "any";
    }
    if (types.includes("array"))
      return this.kindOf(schema.items ?? {}) === "group"
        ? "groups"
        : this.isPlain(schema.items ?? {})
          ? "texts"
          : "any";
    if (types.includes("boolean")) return "flag";
    if (types.includes("string")) return "text"; // also for lengths of time, which may be numbers
    if (types.includes("number") || types.includes("integer")) return "number";
    return "any";
  }

  private isPlain(schema: Schema): boolean {
    return ["text", "choice", "secret"].includes(this.kindOf(schema));
  }
}

function typesOf(schema: Schema): string[] {
  const several = schema.anyOf ?? schema.oneOf;
  if (several) return several.flatMap(typesOf);
  return Array.isArray(schema.type) ? schema.type : schema.type ? [schema.type] : [];
}

/** Whether a field has an effect: those that are taken for compatibility alone are not asked for. */
export function isOffered(schema: Schema): boolean {
  return !/not used by this version|Not read\./.test(schema.description ?? "");
}
