/** The page around an element. Some hosts, such as marimo, show a widget in a shadow tree. */

/** The focused element; the document would only tell which shadow tree it is in. */
export function focusedNear(element: Element): Element | null {
  // An element that is on no page has a root without a focus.
  const root = element.getRootNode() as Partial<DocumentOrShadowRoot>;
  return root.activeElement ?? null;
}

/** The parent, and for the outermost element of a shadow tree the element that holds the tree. */
export function parentOf(element: Element): Element | null {
  if (element.parentElement) return element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}
