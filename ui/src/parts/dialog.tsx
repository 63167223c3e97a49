import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { words } from "@/words";

interface Props {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  /** A sheet stands at the page's end and leaves the rest visible. */
  sheet?: boolean;
  wide?: boolean;
}

const place = {
  dialog: "top-1/2 left-1/2 max-h-[85vh] -translate-x-1/2 -translate-y-1/2 rounded-lg",
  sheet: "inset-y-0 end-0 h-full rounded-s-lg",
};

export function Dialog({ open, onClose, title, children, sheet = false, wide = false }: Props) {
  return (
    <Base.Root open={open} onOpenChange={(next) => next || onClose()} modal={!sheet} disablePointerDismissal={sheet}>
      <Base.Portal>
        {!sheet && <Base.Backdrop className="fixed inset-0 z-20 bg-[rgb(0_0_0/0.45)]" />}
        <Base.Popup
          className={`fixed z-30 flex flex-col border border-line bg-surface shadow-2xl ${wide ? "w-[min(46rem,96vw)]" : "w-[min(32rem,96vw)]"} ${sheet ? place.sheet : place.dialog}`}
        >
          <div className="flex items-center justify-between gap-3 border-b border-line px-4 py-2.5">
            <Base.Title className="min-w-0 text-base font-semibold">{title}</Base.Title>
            <Base.Close
              className="grid size-7 shrink-0 place-items-center rounded-md hover:bg-raised"
              aria-label={words.common.close}
            >
              <span aria-hidden="true">✕</span>
            </Base.Close>
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
          <section className="min-h-0 flex-1 overflow-auto p-4" tabIndex={0} aria-label={words.common.content}>
            {children}
          </section>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
