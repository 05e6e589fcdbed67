/** Which rows of a long list have to exist, for rows of one height. */

export const ROW_HEIGHT = 28;

/** Half a screen before and behind, so that a fast scroll meets rows and not a blank. */
const OVERSCAN_SCREENS = 0.5;
const MIN_OVERSCAN_ROWS = 8;

/** Rows are made anew when the first visible one has moved on by so many. */
const BLOCK = 4;

export interface Range {
  start: number;
  end: number;
}

/** First row to be seen at a scroll position, rounded down to a block of rows. */
export function firstInBlock(scrollTop: number): number {
  return Math.floor(Math.max(0, scrollTop) / ROW_HEIGHT / BLOCK) * BLOCK;
}

/** Rows to exist while the first row to be seen is this one or one in the same block. */
export function visibleRange(first: number, height: number, count: number): Range {
  const perScreen = Math.ceil(height / ROW_HEIGHT) + 1;
  const extra = Math.max(MIN_OVERSCAN_ROWS, Math.ceil(perScreen * OVERSCAN_SCREENS));
  const start = Math.max(0, Math.min(first, count - perScreen) - extra);
  return { start, end: Math.min(count, first + BLOCK + perScreen + extra) };
}

/** Indexes to render: the range, and the focused row so that focus survives scrolling. */
export function renderedIndexes(range: Range, focused: number): number[] {
  const indexes: number[] = [];
  if (focused >= 0 && focused < range.start) indexes.push(focused);
  for (let index = range.start; index < range.end; index++) indexes.push(index);
  if (focused >= range.end) indexes.push(focused);
  return indexes;
}

/** The scroll position closest to the present one at which a row is fully in view. */
export function scrollToShow(index: number, scrollTop: number, height: number): number {
  const top = index * ROW_HEIGHT;
  if (top < scrollTop) return top;
  if (top + ROW_HEIGHT > scrollTop + height) return top + ROW_HEIGHT - height;
  return scrollTop;
}
