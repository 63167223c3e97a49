import { Link } from "@tanstack/react-router";
import { words } from "@/words";
import { Mark } from "./mark";
import { groups } from "./pages";
import { useSession } from "./session";

export function Rail() {
  const { may } = useSession();
  return (
    <nav
      aria-label={words.shell.pages}
      className="flex w-48 shrink-0 flex-col gap-4 overflow-y-auto border-e border-line bg-surface px-2 py-3 max-md:w-14"
    >
      <div className="flex items-center gap-2 px-2">
        <Mark />
        <span className="text-base font-semibold max-md:sr-only">Asbru</span>
      </div>
      {groups.map((group) => {
        const offered = group.pages.filter((p) => may(p.needs));
        if (offered.length === 0) return null;
        return (
          <div key={group.title}>
            <h2 className="px-2 pb-1 text-xs font-medium text-muted max-md:sr-only">{group.title}</h2>
            <ul>
              {offered.map((p) => (
                <li key={p.path}>
                  <Link
                    to={p.path as never}
                    activeOptions={{ exact: p.path === "/", includeSearch: false }}
                    className="block min-h-7 truncate rounded-md px-2 py-1 hover:bg-raised"
                    activeProps={{ className: "bg-accent-soft font-medium text-accent", "aria-current": "page" }}
                  >
                    {p.title}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}
