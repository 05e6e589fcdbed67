/** Predict, then see: questions on what is trained, and how well they were answered. */
import { useRef, useState } from "preact/hooks";
import type { Answer } from "../actions/lesson";
import { Icon } from "../controls/icons";
import type { Lesson, LessonQuestion } from "../model";
import type { ExplorerStore } from "../store";

const CHOICES: { answer: Answer; text: string; hint: string }[] = [
  { answer: "on", text: "On", hint: "training changes it" },
  { answer: "off", text: "Off", hint: "a rule says that training does not change it" },
  { answer: "locked", text: "Locked", hint: "a learning rule changes it instead" },
  { answer: "never", text: "Never", hint: "there is nothing to train" },
];

function textOf(answer: string): string {
  return CHOICES.find((choice) => choice.answer === answer)?.text ?? answer;
}

function verdict(question: LessonQuestion): string {
  const truth = textOf(question.truth);
  return question.right
    ? `Right: ${truth}.`
    : `You said ${textOf(question.answer)}; it is ${truth}.`;
}

interface QuestionProps {
  question: LessonQuestion;
  open: boolean;
  onAnswer(answer: Answer): void;
  onRow(): void;
}

function Choices({ question, onAnswer }: QuestionProps) {
  return (
    <div class="ne-answers" role="group" aria-label={`Is ${question.title} trained?`}>
      {CHOICES.map(({ answer, text, hint }) => (
        <button
          key={answer}
          type="button"
          class="ne-button"
          data-answer=""
          title={hint}
          onClick={() => onAnswer(answer)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

function Result({ question }: QuestionProps) {
  if (question.answer === "") return <span class="ne-muted">not answered</span>;
  return (
    <div class={`ne-judged ${question.right ? "ne-judged-right" : "ne-judged-wrong"}`}>
      <Icon name={question.right ? "check" : "close"} />
      <div>
        <strong>{verdict(question)}</strong>
        {question.reason && <p class="ne-muted">{question.reason}</p>}
      </div>
    </div>
  );
}

function Question(props: QuestionProps) {
  const { question, open, onRow } = props;
  const asks = open && question.answer === "";
  return (
    <li class="ne-question">
      <button type="button" class="ne-link" dir="auto" onClick={onRow}>
        {question.title}
      </button>
      {asks ? <Choices {...props} /> : <Result {...props} />}
    </li>
  );
}

function scoreText({ questions, answered, right, open }: Lesson): string {
  const asked = questions.length;
  return open ? `${answered} of ${asked} answered, ${right} right` : `${right} of ${asked} right`;
}

export function LessonPane({ store }: { store: ExplorerStore }) {
  const { lesson } = store;
  const pane = useRef<HTMLElement>(null);
  const [said, setSaid] = useState("");
  if (lesson.questions.length === 0) return null;
  const answer = async (question: LessonQuestion, choice: Answer) => {
    const right = await store.ask("answer", { row: question.row, answer: choice });
    if (right === null) return;
    setSaid(`${question.title}: ${right ? "right" : "not right"}.`);
    // The buttons that had the focus are gone.
    const next = pane.current?.querySelector<HTMLElement>("[data-answer]");
    (next ?? pane.current?.querySelector<HTMLElement>("[data-score]"))?.focus();
  };
  return (
    <section class="ne-pane ne-lesson" aria-label="Prediction" ref={pane}>
      <div class="ne-pane-head">
        <h2 class="ne-title">Predict</h2>
        <span class="ne-muted" data-score="" tabIndex={-1}>
          {scoreText(lesson)}
        </span>
        <span class="ne-hidden" role="status">
          {said}
        </span>
        {lesson.open && (
          <button
            type="button"
            class="ne-button ne-reveal"
            title="Show everything; what was not answered does not count"
            onClick={() => void store.act("reveal", {})}
          >
            Reveal all
          </button>
        )}
      </div>
      <div class="ne-pane-body">
        {lesson.open && (
          <p class="ne-muted">
            Which of these does training change? What is in force is hidden until you have answered.
          </p>
        )}
        <ol class="ne-questions">
          {lesson.questions.map((question) => (
            <Question
              key={question.row}
              question={question}
              open={lesson.open}
              onAnswer={(choice) => void answer(question, choice)}
              onRow={() => store.view?.reveal(question.row)}
            />
          ))}
        </ol>
      </div>
    </section>
  );
}
