/** Actions of a lesson: twin of `explorer/actions/lesson.py`. */

/** What a learner can say of a parameter. */
export type Answer = "on" | "off" | "locked" | "never";

export interface LessonActions {
  answer: { row: number; answer: Answer };
  reveal: Record<never, never>;
}

export interface LessonValues {
  /** Whether it was right. */
  answer: boolean;
  reveal: null;
}

export const LESSON_TITLES: Record<keyof LessonActions, string> = {
  answer: "The answer",
  reveal: "Reveal",
};
