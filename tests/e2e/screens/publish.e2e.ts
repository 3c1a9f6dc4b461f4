// Pictures of writing a message and of what became of it.
import { test } from "vitest";
import { subscribe } from "../support/cli";
import { looks, save, show, wordsOf } from "../support/look";
import { startMosquitto } from "../support/mosquitto";
import { furnish } from "../support/plant";
import { CONTROL } from "../support/window";

for (const look of looks) {
  test(`publishing: ${look.name}`, async () => {
    const broker = await startMosquitto();
    await furnish(broker.port);
    await subscribe(broker.port, "factory/line-2/press-04/cmd");
    const { publish, shell } = wordsOf(look);
    const window = await show(look, async (window) => {
      await save(window, "Plant 7 dev", `mqtt://127.0.0.1:${broker.port}`);
    });
    await window.connect("Plant 7 dev");
    await window.row("factory");
    await window.tab(shell.publish);
    const { connections } = await window.call("connections", { revision: 0 });
    const id = connections[0]?.id ?? "";
    const draft = {
      topic: "factory/line-2/press-04/cmd",
      payload: '{\n  "cmd": "set_force",\n  "target_kn": 615.0,\n  "ramp": [0.5, 1.0, 2.0]\n}',
      format: "json" as const,
      qos: 1,
      retain: false,
      properties: {
        contentType: "application/json",
        payloadFormat: 1,
        expirySecs: 30,
        responseTopic: "factory/line-2/press-04/ack",
        correlation: { text: "9f3c11a27e04", hex: true },
        user: [{ name: "operator", value: "bench-2" }],
      },
    };
    const nobody = { ...draft, topic: "factory/line-2/robot-b/cmd/goto/far/away/from/here" };
    await window.call("publish", { id, draft: nobody, offline: "keep" });
    await window.call("publish", { id, draft, offline: "keep" });
    await window.tab(shell.explore);
    await window.tab(shell.publish);
    await window.browser.$(`//main//li//button[contains(., "press-04/cmd")]`).click();
    await window.reads("main", publish.validJson);
    await window.picture(`05b-publish-${look.name}`);
    await window.browser.keys([CONTROL, "Enter"]);
    await window.see('main [role="status"], main .answer');
    await window.picture(`05b-published-${look.name}`);
    await window.type("main textarea", '{"cmd":');
    await window.see("main textarea[aria-invalid=true]");
    await window.picture(`05b-invalid-${look.name}`);
    await window.browser.keys([CONTROL, "1"]);
    await window.row("factory");
    await window.picture(`02-nothing-chosen-${look.name}`);
  });
}
