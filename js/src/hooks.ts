/** Joins stores and browser observers to the life of a component. */
import type { RefObject } from "preact";
import { useEffect, useReducer, useRef, useState } from "preact/hooks";

interface Subscribable {
  subscribe(listener: () => void, signal: AbortSignal): void;
}

/** Draw the component again whenever the source changes. */
export function useChanges(source: Subscribable): void {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    const owner = new AbortController();
    source.subscribe(() => redraw(undefined), owner.signal);
    // The source may have changed between drawing and subscribing.
    redraw(undefined);
    return () => owner.abort();
  }, [source]);
}

export interface Size {
  width: number;
  height: number;
}

/** The size of an element, kept up to date. */
export function useSize<T extends HTMLElement>(): [RefObject<T | null>, Size] {
  const ref = useRef<T>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}

// The host loads this script once for each widget, so counting alone would repeat ids in a page.
const scriptId = crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36);
let lastId = 0;

/** A document-wide id: several views of several widgets share one page. */
export function useId(): string {
  const [id] = useState(() => `nengo-explorer-${scriptId}-${++lastId}`);
  return id;
}

/**
 * What was chosen last, shown until Python has answered: then what Python says is shown again.
 * Without it a redraw in between would show the old value, and a second choice start from it.
 */
export function useChoice<T>(shown: T, send: (value: T) => Promise<unknown>): [T, (v: T) => void] {
  const [chosen, setChosen] = useState<{ value: T } | null>(null);
  const last = useRef(0);
  const choose = (value: T) => {
    const turn = ++last.current;
    setChosen({ value });
    void send(value).finally(() => {
      if (turn === last.current) setChosen(null);
    });
  };
  return [chosen ? chosen.value : shown, choose];
}
