import { Toast } from "@base-ui/react/toast";
import { words } from "@/words";

export const toasts = Toast.createToastManager();

/** Says for a moment what has been done. */
export function say(title: string, description?: string): void {
  toasts.add({ title, description });
}

function List() {
  const manager = Toast.useToastManager();
  return manager.toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="rounded-lg border border-line bg-surface p-3 shadow-xl">
      <Toast.Title render={<p />} className="font-medium" />
      <Toast.Description className="text-muted" />
      <Toast.Close className="absolute end-1 top-1 size-6 rounded-md hover:bg-raised" aria-label={words.common.close}>
        ✕
      </Toast.Close>
    </Toast.Root>
  ));
}

export function Toasts() {
  return (
    <Toast.Provider toastManager={toasts}>
      <Toast.Portal>
        <Toast.Viewport className="fixed end-4 bottom-4 z-40 flex w-80 max-w-[92vw] flex-col gap-2">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
