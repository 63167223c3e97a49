import { useQuery } from "@tanstack/react-query";
import { type ApiError, errorOf } from "@/api/error";
import { Description } from "./schema";

/** The admin API's description, fetched when the first form is opened: it is large. */
export function useDescription() {
  return useQuery<Description, ApiError>({
    queryKey: ["description"],
    queryFn: async ({ signal }) => {
      const response = await fetch("/api/openapi.json", { signal });
      if (!response.ok) throw await errorOf(response);
      return new Description(await response.json());
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}
