import { expect, it } from "vitest";
import type { ProofRow } from "../src/model";
import { inOrder } from "../src/panes/proof_table";

function line(name: string, verdict = "", flagged = false): ProofRow {
  return { row: 0, name, cells: [], verdict, flagged };
}

it("puts disagreements first, remarks next, and keeps the order of the tree otherwise", () => {
  const rows = [
    line("a"),
    line("b", "remark"),
    line("c"),
    line("d", "wrong", true),
    line("e", "remark"),
  ];
  expect(inOrder(rows).map((row) => row.name)).toEqual(["d", "b", "e", "a", "c"]);
});
