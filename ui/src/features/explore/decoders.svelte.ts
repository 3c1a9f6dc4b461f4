import { i18n } from "$lib/i18n";
import { call } from "$lib/ipc/call";
import type { DecoderRule, Decoders, Format, SchemaInfo, TopicProblem } from "$lib/ipc/generated";
import { Attempt } from "$lib/state/attempt.svelte";

/** A choice that is being edited; `key` stays with its row. */
export interface RuleDraft {
  key: number;
  filter: string;
  format: Format;
  messageType: string | null;
  /** What is wrong with the filter, since it was to be saved. */
  problem: TopicProblem | null;
}

/** The choices and schemas of a connection while somebody edits them. Schemas are loaded at once, choices saved. */
export class DecoderList {
  readonly id: string;
  rules = $state<RuleDraft[]>([]);
  schemas = $state.raw<readonly SchemaInfo[]>([]);
  readonly attempt = new Attempt();
  #next = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** Reads what is saved; a new choice for a topic goes below, unless there is one already. */
  async load(add?: { topic: string; format: Format }): Promise<void> {
    await this.attempt.run(async () => {
      const saved = await call("decoders", { id: this.id });
      this.schemas = saved.schemas;
      this.rules = saved.rules.map((rule) => this.#draft(rule));
    });
    if (!add) return;
    const same = this.rules.find((rule) => rule.filter === add.topic);
    if (same) same.format = add.format;
    else this.add(add.topic, add.format);
  }

  add(filter = "", format: Format = "json"): void {
    this.rules.push(this.#draft({ filter, format, messageType: null }));
  }

  /** A filter that is being typed is not wrong until it is to be saved. */
  type(rule: RuleDraft, filter: string): void {
    rule.filter = filter;
    rule.problem = null;
  }

  remove(rule: RuleDraft): void {
    this.rules = this.rules.filter(({ key }) => key !== rule.key);
  }

  /** True if it is saved. Rows without a filter are left out; one whose filter is wrong says so, and none is saved. */
  async save(): Promise<boolean> {
    const filled = this.rules.filter(({ filter }) => filter !== "");
    const isChecked = await this.attempt.run(async () => {
      await Promise.all(
        filled.map(async (rule) => {
          const topic = rule.filter;
          const problem = await call("topic_check", { topic, filter: true });
          if (topic === rule.filter) rule.problem = problem;
        }),
      );
    });
    if (!isChecked || filled.some(({ problem }) => problem !== null)) return false;
    const rules = filled.map(({ filter, format, messageType }): DecoderRule => ({
      filter,
      format,
      messageType: format === "protobuf" ? messageType : null,
    }));
    return this.attempt.run(async () => {
      await call("decoders_save", { id: this.id, rules });
    });
  }

  async addSchema(): Promise<void> {
    await this.attempt.run(async () => {
      const path = await call("profile_pick_file", {});
      if (path !== null) this.#took(await call("schema_add", { id: this.id, path }));
    });
  }

  async removeSchema(name: string): Promise<void> {
    await this.attempt.run(async () => this.#took(await call("schema_remove", { id: this.id, name })));
  }

  /** The message types to choose from; a saved one whose schema is gone is still named. */
  typesFor(rule: RuleDraft): { value: string | null; label: string }[] {
    const known = this.schemas.flatMap(({ messageTypes }) => messageTypes);
    const gone = rule.messageType !== null && !known.includes(rule.messageType) ? [rule.messageType] : [];
    return [
      { value: null, label: i18n.m.decoders.fieldNumbers },
      ...[...known, ...gone].map((name) => ({ value: name, label: name })),
    ];
  }

  #draft({ filter, format, messageType }: DecoderRule): RuleDraft {
    this.#next += 1;
    return { key: this.#next, filter, format, messageType, problem: null };
  }

  #took({ schemas }: Decoders): void {
    this.schemas = schemas;
  }
}
