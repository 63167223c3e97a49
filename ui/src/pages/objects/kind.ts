import type { Operation } from "@/api/operation";
import type { Values } from "@/forms/form";
import type { Column } from "@/parts/table";
import type { Scope } from "../limits/draft";

/** A kind of object of the configuration, with the operations that manage it. */
export interface Kind {
  title: string;
  /** What one of them is called. */
  one: string;
  /** Says that there is none, and what they are for. */
  none: string;
  list: Operation<{ query?: { limit?: number } }, Values & { revision?: number }>;
  /** The member of the list's answer that has them. */
  member: string;
  create: Operation<{ body: never }, unknown>;
  update: Operation<{ path: { id: string }; body: never }, unknown>;
  remove: Operation<{ path: { id: string } }, unknown>;
  idOf: (of: Values) => string;
  columns: Column<Values>[];
  /** What a new one begins with. */
  fresh: Values;
  /** Its own revision, for one that has one; else that of the list counts. */
  revisionOf?: (of: Values) => number;
  /** Which calls its limits count, of those that have some: they can be tried on the last day. */
  limitsCount?: (of: Values) => Scope | undefined;
  /** Members that tell of it and are not set. */
  told?: string[];
}
