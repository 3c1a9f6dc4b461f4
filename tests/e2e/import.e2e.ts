// Somebody who comes from MQTT Explorer: what they had set up is found, reviewed, taken over and connects.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Home, launch } from "./support/app";
import { publish } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { run } from "./support/program";
import { Window } from "./support/window";

/** A broker that asks for a password, and the settings of MQTT Explorer that know it. */
async function comingFromMqttExplorer() {
  const home = new Home();
  onTestFinished(() => home.remove());
  const passwords = join(home.path, "passwords");
  await run("mosquitto_passwd", ["-b", "-c", passwords, "reader", "swordfish"]);
  const broker = await startMosquitto("allow_anonymous false", `password_file ${passwords}`);
  const folder = join(home.environment().XDG_CONFIG_HOME ?? tmpdir(), "MQTT-Explorer");
  mkdirSync(folder, { recursive: true });
  const connection = (name: string, more: object) => ({
    configVersion: 1,
    type: "mqtt",
    name,
    host: "127.0.0.1",
    port: broker.port,
    protocol: "mqtt",
    encryption: false,
    certValidation: true,
    clientId: `mqtt-explorer-${name.length}`,
    subscriptions: [{ topic: "plant/#", qos: 1 }],
    ...more,
  });
  const settings = JSON.stringify({
    ConnectionManager_connections: {
      bench: connection("Bench broker", { order: 0, username: "reader", password: "swordfish" }),
      fleet: connection("Fleet gateway", {
        order: 1,
        host: "fleet.example",
        encryption: true,
        certValidation: false,
        selfSignedCertificate: { name: "fleet-ca.crt", data: "" },
      }),
      stage: connection("Staging", { order: 2, host: "stage.example", protocol: "ws", basePath: "mqtt" }),
    },
  });
  const file = join(folder, "settings.json");
  writeFileSync(file, settings);
  return { home, broker, file, settings };
}

test("connections of MQTT Explorer are found, taken over and connect with their password", async () => {
  const { home, broker, file, settings } = await comingFromMqttExplorer();
  const signedIn = ["-u", "reader", "-P", "swordfish"];
  await publish(broker.port, "plant/press/oil", "61.4", "-r", ...signedIn);
  const window = new Window(await launch({ home }));
  await window.see('input[placeholder^="mqtts://"]');
  await window.app.screenshot("import-first-run");
  await window.press("Review 3");
  await window.reads("[role=dialog]", "Import 3 connections from MQTT Explorer");
  await window.reads("[role=dialog]", "fleet-ca.crt is inside the settings");
  await window.app.screenshot("import-review");
  const box = await window.see('[role=dialog] [role=checkbox][aria-label="Staging"]');
  await box.click();
  await window.press("Import 2");
  await window.gone("[role=dialog]");
  await window.see('[role=option][aria-label^="Fleet gateway"]');
  await window.press("Connect");
  await window.open("plant/press/oil");
  await window.reads('[data-topic="plant/press/oil"]', "61.4");
  await window.app.screenshot("import-connected");
  expect(readFileSync(file, "utf8")).toBe(settings);
});

test("what is there already is not ticked again, in the dark theme too", async () => {
  const { home } = await comingFromMqttExplorer();
  const window = new Window(await launch({ home }));
  await window.press("Review 3");
  await window.press("Import 3");
  await window.gone("[role=dialog]");
  await window.browser.execute(() => (document.documentElement.dataset.theme = "dark"));
  await window.press("Import and export");
  const item = window.browser.$('//*[@role="menuitem"][contains(., "Import 3 from MQTT Explorer")]');
  await item.waitForClickable({ timeout: 20_000 });
  await window.app.screenshot("import-menu-dark");
  await item.click();
  await window.reads("[role=dialog]", "0 of 3 chosen");
  await window.reads("[role=dialog]", "already saved");
  await window.app.screenshot("import-already-dark");
  await window.browser.keys(["Escape"]);
  await window.gone("[role=dialog]");
});
