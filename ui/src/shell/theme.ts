const kept = "asbru.theme";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export function theme(): Theme {
  const chosen = localStorage.getItem(kept);
  return chosen === "dark" || chosen === "light" ? chosen : "system";
}

export function setTheme(next: Theme): void {
  if (next === "system") {
    localStorage.removeItem(kept);
    delete document.documentElement.dataset.theme;
    return;
  }
  localStorage.setItem(kept, next);
  document.documentElement.dataset.theme = next;
}
