import { cleanup, fireEvent, render } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { setLetters, useKeys } from "./keys";

afterEach(() => {
  cleanup();
  setLetters(true);
});

function Listening({ to }: { to: Record<string, () => void> }) {
  useKeys(to);
  return null;
}

it("a letter behind a leading one is of the pair alone, though somebody else listens to the letter", () => {
  const make = vi.fn();
  const go = vi.fn();
  render(
    <>
      <Listening to={{ n: make }} />
      <Listening to={{ "g n": go }} />
    </>,
  );
  fireEvent.keyDown(document.body, { key: "g" });
  fireEvent.keyDown(document.body, { key: "n" });
  expect([make.mock.calls.length, go.mock.calls.length]).toEqual([0, 1]);
  fireEvent.keyDown(document.body, { key: "n" });
  expect(make).toHaveBeenCalledOnce();
  setLetters(false);
  fireEvent.keyDown(document.body, { key: "n" });
  expect(make).toHaveBeenCalledOnce();
});
