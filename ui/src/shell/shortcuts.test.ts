import { beforeEach, expect, it } from "vitest";
import { i18n } from "$lib/i18n";
import { connection } from "$lib/state/connection.svelte";
import { notices } from "$lib/state/notices.svelte";
import { status } from "../../dev/fake";
import { commandsOf } from "./shortcuts";
import type { Workspace } from "./workspace.svelte";

beforeEach(() => {
  i18n.choice = "en";
  connection.id = "plant";
  notices.clear();
});

it("says that deleting needs a connection, and publishing does not", () => {
  connection.status = { ...status, phase: { kind: "offline" } as never };
  const done: string[] = [];
  const explore = {
    view: {},
    time: { past: false },
    askClear: () => done.push("clear"),
    publishHere: () => done.push("publish"),
  };
  const commands = commandsOf({ screen: "explore", ready: true, explore } as unknown as Workspace);
  const press = (keys: string) => {
    const command = commands.find((one) => one.keys === keys);
    if (command?.when?.()) command.run();
  };
  press("Del");
  expect(notices.current?.text).toMatch(/^Not connected/);
  press("P");
  expect(done).toEqual(["publish"]);
});
