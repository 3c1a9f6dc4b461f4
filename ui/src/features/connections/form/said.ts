import { fieldText } from "$lib/words";
import type { ProfileForm } from "../profile.svelte";

/** What is wrong with a field, in words; undefined if nothing is. */
export function said(form: ProfileForm, field: string): string | undefined {
  const problem = form.problem(field);
  return problem ? fieldText(problem) : undefined;
}
