import type { Search } from "@/shell/search";

/** A question that somebody asks again and again: the page's address under a name. */
export interface View {
  name: string;
  search: Search;
}

const kept = "asbru.views";

/** The views that this browser has kept, by name. */
export function views(): View[] {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(kept) ?? "[]");
    return Array.isArray(read) ? read.filter((v) => typeof v?.name === "string" && typeof v?.search === "object") : [];
  } catch {
    return [];
  }
}

/** Keeps the address of now under a name, instead of what it had there. */
export function keepView(name: string, { open: _, compare: _2, ...search }: Search): View[] {
  return write([...views().filter((v) => v.name !== name), { name, search }]);
}

export function forgetView(name: string): View[] {
  return write(views().filter((v) => v.name !== name));
}

function write(all: View[]): View[] {
  const sorted = all.sort((a, b) => a.name.localeCompare(b.name));
  localStorage.setItem(kept, JSON.stringify(sorted));
  return sorted;
}
