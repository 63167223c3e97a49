import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./app.css";
import { queryClient } from "./api/query";
import { router } from "./router";
import { Session } from "./shell/session";

// The page is at / as well as below /ui/.
if (location.pathname === "/") history.replaceState(null, "", `/ui/${location.search}${location.hash}`);

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <Session>
          <RouterProvider router={router} />
        </Session>
      </QueryClientProvider>
    </StrictMode>,
  );
}
