// How a Field tells the control inside it what its label and its message are. The values are getters, so
// that a control reading them in markup follows every change.
import { createContext } from "svelte";

export interface FieldContext {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
}

const [get, set, has] = createContext<FieldContext>();

export const setField = set;

/** The field around this control, or undefined when the control stands alone with its own `label`. */
export const getField = (): FieldContext | undefined => (has() ? get() : undefined);
