// Pictures of looking at topics: comparing, finding, odd names and payloads, and what there is without a broker.
import { test } from "vitest";
import { publish } from "../support/cli";
import { looks, save, show, wordsOf, type Look } from "../support/look";
import { startMosquitto } from "../support/mosquitto";
import { furnish, largeJson, longTopic, pressTopic, runPress } from "../support/plant";
import { CONTROL } from "../support/window";

/** A window in a look, connected to a broker. */
async function connected(look: Look, port: number) {
  const window = await show(look, async (window) => {
    await save(window, "Plant 7 dev", `mqtt://127.0.0.1:${port}`, {
      sessionExpirySecs: 3600,
      subscriptions: [
        {
          enabled: true,
          filter: "#",
          qos: 1,
          noLocal: false,
          retainAsPublished: true,
          retainHandling: 0,
          identifier: 3,
        },
      ],
    });
  });
  await window.connect("Plant 7 dev");
  return window;
}

for (const look of looks) {
  const { explore, shell, settings } = wordsOf(look);

  test(`a topic, two messages beside each other, and the palette: ${look.name}`, async () => {
    const broker = await startMosquitto();
    await furnish(broker.port);
    const window = await connected(look, broker.port);
    await window.row("factory");
    await runPress(broker.port);
    await window.open(pressTopic("telemetry"));
    await window.reads("main", '"force_kn"');
    await window.picture(`02-topic-${look.name}`);

    await window.browser.keys(["b"]);
    for (let step = 0; step < 4; step += 1) await window.browser.keys(["["]);
    await window.browser.keys(["a"]);
    await window.press(explore.compareAB);
    await window.see('[role="region"] .pair');
    await window.picture(`02b-compare-${look.name}`);
    await window.browser.keys(["Escape"]);

    await window.browser.keys([CONTROL, "k"]);
    await window.see('[role="dialog"] input');
    await window.write("press");
    await window.reads('[role="dialog"]', pressTopic("telemetry"));
    await window.picture(`02c-palette-${look.name}`);
    await window.browser.keys(["Escape"]);

    await window.browser.keys([CONTROL, ","]);
    await window.reads('[role="dialog"]', settings.title);
    await window.picture(`settings-${look.name}`);
    await window.browser.keys(["Escape"]);

    await window.browser.keys(["/"]);
    await window.write("press-4/oil");
    await window.see(".none");
    await window.picture(`08d-no-results-${look.name}`);
    await window.browser.keys(["Escape"]);

    await broker.stop("SIGKILL");
    await window.reads("main", shell.lostTitle);
    await window.picture(`lost-${look.name}`);
  });

  test(`odd names and payloads: ${look.name}`, async () => {
    const broker = await startMosquitto("max_packet_size 20000000");
    await furnish(broker.port);
    await publish(broker.port, "factory/spectrum", largeJson(5_000_000), "-r", "-q", "1");
    const window = await connected(look, broker.port);
    await window.open(longTopic);
    await window.picture(`08f-long-names-${look.name}`);
    await window.open(pressTopic("snapshot"));
    await window.reads("main", "00000000");
    await window.picture(`08g-binary-${look.name}`);
    await window.open("factory/spectrum");
    await window.reads("main", explore.loadAll);
    await window.picture(`08h-truncated-${look.name}`);
    await window.browser.keys([CONTROL, "f"]);
    await window.write("channel-100");
    await window.picture(`find-${look.name}`);
  });

  test(`nothing there yet, and what was recorded: ${look.name}`, async () => {
    const broker = await startMosquitto();
    const window = await connected(look, broker.port);
    await window.reads("main", explore.nothingYet);
    await window.picture(`08c-empty-${look.name}`);
    await furnish(broker.port);
    await runPress(broker.port, 3);
    await window.open(pressTopic("telemetry"));
    await window.browser.keys([CONTROL, "k"]);
    await window.see('[role="dialog"] input');
    await window.write(`>${shell.disconnect}`);
    await window.browser.keys(["Enter"]);
    await window.reads("main", shell.offlineTitle);
    await window.picture(`08i-offline-${look.name}`);
  });
}
