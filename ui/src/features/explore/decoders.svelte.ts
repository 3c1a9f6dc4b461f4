import { i18n } from "$lib/i18n";
import { call } from "$lib/ipc/call";
import type { DecoderRule, Decoders, Format, SchemaInfo } from "$lib/ipc/generated";

/** A choice that is being edited; `key` stays with its row. */
export interface RuleDraft {
  key: number;
  filter: string;
  format: Format;
  messageType: string | null;
}

/** The choices and schemas of a connection while somebody edits them. Schemas are loaded at once, choices saved. */
export class DecoderList {
  readonly id: string;
  rules = $state<RuleDraft[]>([]);
  schemas = $state.raw<readonly SchemaInfo[]>([]);
  busy = $state(false);
  error = $state.raw<unknown>(null);
  #next = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** Reads what is saved; a new choice for a topic goes below, unless there is one already. */
  async load(add?: { topic: string; format: Format }): Promise<void> {
    await this.#try(async () => {
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

  remove(rule: RuleDraft): void {
    this.rules = this.rules.filter(({ key }) => key !== rule.key);
  }

  /** True if it is saved. Rows without a filter are left out. */
  async save(): Promise<boolean> {
    const rules = this.rules
      .filter(({ filter }) => filter !== "")
      .map(({ filter, format, messageType }): DecoderRule => ({
        filter,
        format,
        messageType: format === "protobuf" ? messageType : null,
      }));
    return this.#try(async () => {
      await call("decoders_save", { id: this.id, rules });
    });
  }

  async addSchema(): Promise<void> {
    await this.#try(async () => {
      const path = await call("profile_pick_file", {});
      if (path !== null) this.#took(await call("schema_add", { id: this.id, path }));
    });
  }

  async removeSchema(name: string): Promise<void> {
    await this.#try(async () => this.#took(await call("schema_remove", { id: this.id, name })));
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
    return { key: this.#next, filter, format, messageType };
  }

  #took({ schemas }: Decoders): void {
    this.schemas = schemas;
  }

  async #try(run: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    this.error = null;
    try {
      await run();
      return true;
    } catch (error) {
      this.error = error;
      return false;
    } finally {
      this.busy = false;
    }
  }
}
