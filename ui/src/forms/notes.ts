import { createContext } from "react";

/** What is known of a field beside its value, as where that comes from. */
export interface FieldNote {
  text: string;
  /** It cannot be changed here; the text says where. */
  locked: boolean;
}

/** Tells the note of a field by its place in the body of the request. */
export const FieldNotes = createContext<(at: string) => FieldNote | undefined>(() => undefined);
