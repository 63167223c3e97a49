import { Menu } from "@base-ui/react/menu";
import { dateTime } from "@/lib/format";
import { isLive, presets, type Range, rangeOf, shifted, spanOf, widened } from "@/lib/range";
import { Button, buttonLook } from "@/parts/button";
import { words } from "@/words";
import { useKeys } from "./keys";
import { useUrl } from "./search";

const w = words.range;

/** `usual` is the range where the URL says none. */
export function RangePicker({ usual }: { usual?: Range | undefined }) {
  const [search, set] = useUrl();
  const range = rangeOf(search, usual);
  const preset = presets.find((p) => isLive(range) && range.from === `now-${p}`);
  const { start, end } = spanOf(range, Date.now());
  useKeys({
    t: () => document.getElementById("range")?.click(),
  });
  return (
    <div className="flex items-center gap-0.5">
      <Button kind="quiet" aria-label={w.earlier} onClick={() => set({ ...shifted(range, -1) })}>
        ‹
      </Button>
      <Menu.Root>
        <Menu.Trigger id="range" className={buttonLook()}>
          {preset ? w.last(preset) : `${dateTime(start)} – ${dateTime(end)}`}
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner sideOffset={4} className="z-30">
            <Menu.Popup className="min-w-44 rounded-lg border border-line bg-surface p-1 shadow-xl">
              {presets.map((p) => (
                <Menu.Item
                  key={p}
                  className="cursor-pointer rounded-md px-3 py-1 data-highlighted:bg-accent-soft"
                  onClick={() => set({ from: `now-${p}`, to: "" })}
                >
                  {w.last(p)}
                </Menu.Item>
              ))}
              <Menu.Item
                className="cursor-pointer rounded-md px-3 py-1 data-highlighted:bg-accent-soft"
                onClick={() => set({ ...widened(range) })}
              >
                {w.wider}
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <Button kind="quiet" aria-label={w.later} disabled={isLive(range)} onClick={() => set({ ...shifted(range, 1) })}>
        ›
      </Button>
    </div>
  );
}
