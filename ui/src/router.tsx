import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { Fallen, orGone } from "./shell/fallen";
import { Layout } from "./shell/layout";
import { NotFound } from "./shell/page";
import { parseSearch, stringifySearch } from "./shell/search";

const root = createRootRoute({ component: Layout, notFoundComponent: NotFound });

const lazy = {
  "/": () => import("./pages/overview"),
  "/start": () => import("./pages/start"),
  "/calls": () => import("./pages/calls"),
  "/cluster": () => import("./pages/cluster"),
  "/providers": () => import("./pages/providers"),
  "/keys": () => import("./pages/keys"),
  "/versions": () => import("./pages/versions"),
  "/audit": () => import("./pages/audit"),
  "/playground": () => import("./pages/playground"),
  "/prompts": () => import("./pages/prompts"),
  "/models": () => import("./pages/models"),
  "/routing": () => import("./pages/routing"),
  "/mcp": () => import("./pages/mcp"),
  "/cache": () => import("./pages/cache"),
  "/plugins": () => import("./pages/plugins"),
  "/guardrails": () => import("./pages/guardrails"),
  "/limits": () => import("./pages/limits"),
  "/alerts": () => import("./pages/alerts"),
  "/reports": () => import("./pages/reports"),
  "/people": () => import("./pages/people"),
  "/settings": () => import("./pages/settings"),
  "/profiles": () => import("./pages/profiles"),
};

const routes = Object.entries(lazy).map(([path, load]) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(orGone<{ default: ComponentType }>(load)),
  }),
);

export const router = createRouter({
  routeTree: root.addChildren(routes),
  basepath: "/ui",
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  defaultErrorComponent: Fallen,
  scrollRestoration: true,
});
