/** Parts of a page, one of which is shown; which one stands in the URL, so they are links in all but name. */
export function Tabs<T extends string>({
  label,
  tabs,
  chosen,
  onChoose,
}: {
  label: string;
  tabs: Record<T, string>;
  chosen: T;
  onChoose: (tab: T) => void;
}) {
  return (
    <nav aria-label={label} className="flex gap-1 border-b border-line">
      {(Object.entries(tabs) as [T, string][]).map(([tab, title]) => (
        <button
          key={tab}
          type="button"
          aria-current={tab === chosen ? "page" : undefined}
          className={`min-h-8 border-b-2 px-3 ${tab === chosen ? "border-accent font-medium text-accent" : "border-transparent text-muted hover:text-ink"}`}
          onClick={() => onChoose(tab)}
        >
          {title}
        </button>
      ))}
    </nav>
  );
}
