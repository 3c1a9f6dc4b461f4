// Why something was not done: what is wrong with what was typed, read or asked for.
import { i18n } from "$lib/i18n";
import { CommandError } from "$lib/ipc/call";
import type {
  FieldProblem,
  FilterProblem,
  LineProblem,
  PayloadProblem,
  RegexProblem,
  SearchProblem,
  TopicProblem,
  TransferProblem,
} from "$lib/ipc/generated";
import { failureDetail, failureWords } from "./failures";

export function topicText(problem: TopicProblem): string {
  const { topic } = i18n.m.errors;
  switch (problem.kind) {
    case "tooLong":
      return topic.tooLong(problem.bytes);
    case "wildcardInName":
      return topic.wildcardInName(problem.character);
    default:
      return topic[problem.kind];
  }
}

/** What is wrong with a regular expression, and where. */
export function regexText({ fault, at }: RegexProblem): string {
  const { regex } = i18n.m.errors;
  return regex.at({ fault: regex.faults[fault], at: i18n.f.count(at + 1) });
}

/** Why a text can't narrow the tree. */
export function filterText(problem: FilterProblem): string {
  switch (problem.kind) {
    case "wildcards":
      return topicText(problem.problem);
    case "regex":
      return regexText(problem);
    case "tooLong":
      return i18n.m.filter.tooLong({ most: i18n.f.count(problem.most) });
    case "tooLarge":
      return i18n.m.errors.regex.tooLarge;
  }
}

/** A number that is none, or that the backend could not hold. Found in the window; the backend never sees it. */
export type RangeProblem = { kind: "range"; min: number; max: number };

/** A character as it can be seen: those without a shape of their own by their number. */
function shownCharacter(character: string): string {
  if (!/[\p{C}\p{Z}]/u.test(character)) return character;
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

export function fieldText(problem: FieldProblem | RangeProblem): string {
  const { field } = i18n.m.errors;
  switch (problem.kind) {
    case "range":
      return field.range(i18n.f.count(problem.min), i18n.f.count(problem.max));
    case "topic":
      return topicText(problem.problem);
    case "tooLong":
      return field.tooLong(i18n.f.count(problem.bytes));
    case "badCharacter":
      return problem.character === " " ? field.space : field.badCharacter(shownCharacter(problem.character));
    case "tooSmall":
      return field.tooSmall(i18n.f.count(problem.least));
    case "tooLarge":
      return field.tooLarge(i18n.f.count(problem.most));
    case "sameFilter":
      return field.sameFilter(problem.first + 1);
    default:
      return field[problem.kind];
  }
}

export function payloadText(problem: PayloadProblem): string {
  const { payload } = i18n.m.errors;
  return payload[problem.kind](problem.line, problem.column);
}

export function transferText(problem: TransferProblem): string {
  const { transfer } = i18n.m.errors;
  switch (problem.kind) {
    case "tooLarge":
      return transfer.tooLarge(i18n.f.bytes(problem.bytes), i18n.f.bytes(problem.most));
    case "notJson":
      return transfer.notJson(problem.line, problem.column);
    case "wrongShape":
      return transfer.wrongShape(problem.at);
    case "newerVersion":
      return transfer.newerVersion(i18n.f.count(problem.found), i18n.f.count(problem.known));
    case "shortPassphrase":
      return transfer.shortPassphrase(problem.least);
    case "database":
      return transfer.database(problem.detail);
    default:
      return transfer[problem.kind];
  }
}

/** What is wrong with a line of a recording. */
export function lineText(line: number, problem: LineProblem): string {
  const { recordingLine: words } = i18n.m.errors;
  const said = (() => {
    switch (problem.kind) {
      case "file":
      case "shape":
        return words[problem.kind](problem.detail);
      case "notJson":
        return words.notJson(problem.column);
      case "value":
        return words.value(problem.field);
      case "noColumn":
        return words.noColumn(problem.column);
      default:
        return words[problem.kind];
    }
  })();
  return words.line(i18n.f.count(line), said);
}

/** Why nothing can be looked for. */
export function searchText(problem: SearchProblem): string {
  const { search, regex } = i18n.m.errors;
  if (problem.kind !== "regex") return search[problem.kind];
  return search.regex(i18n.f.count(problem.at + 1), regex.faults[problem.fault]);
}

/** What went wrong with a command, as one line. */
export function errorText(error: unknown): string {
  return error instanceof CommandError ? reasonText(error.reason) : i18n.m.errors.broken(String(error));
}

/** Why a command could not be carried out. */
export function reasonText(reason: CommandError["reason"]): string {
  const { errors } = i18n.m;
  switch (reason.kind) {
    case "recordingLine":
      return lineText(reason.line, reason.problem);
    case "topic":
      return topicText(reason.problem);
    case "search":
      return searchText(reason.problem);
    case "filter":
      return filterText(reason.problem);
    case "transfer":
      return transferText(reason.problem);
    case "profile":
      return errors.profile(reason.problems.length);
    case "address":
      return errors.address(reason.address);
    case "payload":
      return payloadText(reason.problem);
    case "tooLarge":
      return errors.tooLarge(i18n.f.bytes(reason.bytes), i18n.f.bytes(reason.limit));
    case "outboxFull":
      return errors.outboxFull(i18n.f.count(reason.messages), i18n.f.bytes(reason.bytes));
    case "qosNotSupported":
      return errors.qosNotSupported(reason.maximum);
    case "connection": {
      const words = failureWords(reason.failure);
      return errors.connection(words.title, failureDetail(reason.failure) ?? words.means);
    }
    case "history":
    case "profiles":
    case "secrets":
    case "export":
    case "clipboard":
    case "demo":
    case "broken":
      return errors[reason.kind](reason.detail);
    case "file":
      return errors.file(reason.path, reason.detail);
    case "noSuchField":
      return errors.noSuchField(reason.path);
    default:
      return errors[reason.kind];
  }
}
