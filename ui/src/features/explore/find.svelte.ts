import { call } from "$lib/ipc/call";
import type { FoundPlace, PayloadFound, PayloadQuery, QueryKind, SearchPlace } from "$lib/ipc/generated";
import { Latest } from "./latest";

interface Question {
  message: number;
  place: SearchPlace;
  query: PayloadQuery;
  index: number;
  /** Somebody stepped there, so it is to come into view. */
  go: boolean;
}

/** A search in all of one payload. The backend searches; this knows what for, and which place is looked at. */
export class PayloadFind {
  readonly id: string;
  text = $state("");
  kind = $state<QueryKind>("text");
  case = $state(false);
  found = $state.raw<PayloadFound | null>(null);
  /** Counts answers, because what was found is marked anew then. */
  answers = $state(0);
  busy = $state(false);
  error = $state.raw<unknown>(null);
  index = $state(0);
  /** Brings a place into view. */
  reveal: (place: FoundPlace) => void = () => {};

  #at: { message: number; place: SearchPlace } | null = null;
  readonly #latest = new Latest<Question, PayloadFound | null>(
    ({ message, place, query, index }) => call("payload_find", { id: this.id, message, place, query, index }),
    (found, question) => this.#take(found, question),
    (error) => {
      this.error = error;
      this.busy = false;
    },
  );

  constructor(id: string) {
    this.id = id;
  }

  /** What is searched for; null where nothing is. */
  readonly query: PayloadQuery | null = $derived(
    this.text === "" ? null : { text: this.text, kind: this.kind, case: this.case },
  );
  readonly count: number = $derived(this.found?.kind === "found" ? this.found.count : 0);

  /** Searches here; with `go` the place comes into view. */
  look(message: number, place: SearchPlace, go: boolean): void {
    this.#at = { message, place };
    const { query } = this;
    if (!query) {
      this.#latest.drop();
      this.found = null;
      this.busy = false;
      return;
    }
    if (go) this.index = 0;
    this.#ask(query, go);
  }

  step(by: 1 | -1): void {
    const { query, count } = this;
    if (!query || count === 0) return;
    this.index = (this.index + by + count) % count;
    this.#ask(query, true);
  }

  clear(): void {
    this.text = "";
    this.index = 0;
    this.found = null;
    this.#at = null;
    this.#latest.drop();
  }

  #ask(query: PayloadQuery, go: boolean): void {
    if (!this.#at) return;
    this.busy = true;
    this.#latest.want({ ...this.#at, query, index: this.index, go });
  }

  #take(found: PayloadFound | null, question: Question): void {
    this.busy = this.#latest.busy;
    this.error = null;
    // Something else is searched for already.
    if (found === null || question.query !== this.query) return;
    this.found = found;
    this.answers++;
    const place = found.kind === "found" ? found.place : null;
    if (!place) return;
    this.index = place.index;
    if (question.go) this.reveal(place);
  }
}
