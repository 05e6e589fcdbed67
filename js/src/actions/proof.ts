/** Actions that prove what settings claim: twin of `explorer/actions/proof.py`. */

export interface ProofActions {
  check_gradients: Record<never, never>;
  compare_phases: { seconds: number };
  look_at_neurons: { row: number };
  pin: Record<never, never>;
  unpin: { number: number };
}

export interface ProofValues {
  check_gradients: null;
  compare_phases: null;
  look_at_neurons: null;
  pin: null;
  unpin: null;
}

export const PROOF_TITLES: Record<keyof ProofActions, string> = {
  check_gradients: "Check gradients",
  compare_phases: "Compare rates and spikes",
  look_at_neurons: "The response of neurons",
  pin: "Pin",
  unpin: "Unpin",
};
