import type { ButtonHTMLAttributes } from "react";

type Kind = "plain" | "main" | "danger" | "quiet";

const looks: Record<Kind, string> = {
  plain: "border border-edge bg-surface hover:bg-raised",
  main: "border border-transparent bg-accent-fill text-white hover:brightness-110",
  danger: "border border-bad bg-surface text-bad hover:bg-bad-soft",
  quiet: "border border-transparent hover:bg-raised",
};

export function buttonLook(kind: Kind = "plain"): string {
  return `inline-flex min-h-7 items-center justify-center gap-1.5 rounded-md px-2.5 py-1 font-medium whitespace-nowrap disabled:opacity-50 ${looks[kind]}`;
}

export function Button({ kind, className = "", ...rest }: { kind?: Kind } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return <button type="button" className={`${buttonLook(kind)} ${className}`} {...rest} />;
}
