// Pictures of the saved connections: the form, its test, the dialogs, and connections on their way.
import { test } from "vitest";
import { looks, save, show, wordsOf } from "../support/look";
import { startMosquitto } from "../support/mosquitto";
import { freePort } from "../support/program";

for (const look of looks) {
  test(`connections: ${look.name}`, async () => {
    const broker = await startMosquitto();
    const guarded = await startMosquitto("allow_anonymous false");
    const nowhere = await freePort();
    const words = wordsOf(look);
    const m = words.connections;
    const subscription = {
      enabled: true,
      qos: 0,
      noLocal: false,
      retainAsPublished: true,
      retainHandling: 0,
    };
    const window = await show(look, async (window) => {
      await save(window, "Plant 7 dev", `mqtt://127.0.0.1:${broker.port}`, {
        username: "treetop-dev",
        keepAliveSecs: 30,
        sessionExpirySecs: 3600,
        userProperties: [{ name: "tool", value: "treetop/1.0" }],
        subscriptions: [
          { ...subscription, filter: "factory/#", qos: 1, identifier: 3 },
          { ...subscription, filter: "building/+/hvac/#", retainHandling: 1, identifier: 4 },
          { ...subscription, filter: "$share/tools/spBv1.0/#", qos: 1, retainHandling: 2, identifier: 5 },
          { ...subscription, filter: "$SYS/#", enabled: false, retainAsPublished: false, identifier: 9 },
        ],
        will: {
          topic: "clients/treetop-7f3a19/status",
          payload: '{"online": false}',
          qos: 1,
          retain: true,
          delaySecs: 15,
          payloadHex: false,
          expirySecs: null,
          isText: false,
          contentType: null,
          responseTopic: null,
          correlation: null,
          userProperties: [],
        },
      });
      await save(window, "Staging cluster", `mqtt://127.0.0.1:${nowhere}`);
      const reader = { username: "fleet-reader" };
      await save(window, "Fleet gateway EU", `mqtt://127.0.0.1:${guarded.port}`, reader, "wrong");
      await save(window, "창원 2공장 시험 라인", "mqtts://line2.changwon.example:8883", {
        caFile: "/etc/ssl/certs/plant7-root-ca.pem",
        alpn: "mqtt",
        username: "line-2",
        verifyCertificate: false,
      });
    });

    await (await window.connection("창원 2공장 시험 라인")).click();
    await window.see("[data-testid='certificate'], main form, main .form");
    await window.picture(`01b-tls-${look.name}`);

    await (await window.connection("Plant 7 dev")).click();
    await window.press(m.test);
    await window.reads(`section[aria-label="${m.lastTest}"]`, words.failures.steps.suback.done);
    await window.picture(`01b-form-${look.name}`);

    await (await window.connection("Staging cluster")).click();
    await window.press(m.test);
    await window.see(`section[aria-label="${m.lastTest}"] .danger`);
    await window.picture(`01b-test-failed-${look.name}`);

    await window.press(m.deleteConnection);
    await window.see('[role="alertdialog"]');
    await window.picture(`01b-delete-${look.name}`);
    await window.browser.keys(["Escape"]);
    await window.gone('[role="alertdialog"]');

    await window.type(`input[aria-label="${m.name}"]`, "Staging cluster 2");
    await (await window.connection("Plant 7 dev")).click();
    await window.see('[role="dialog"], [role="alertdialog"]');
    await window.picture(`01b-leave-${look.name}`);
    await window.press(m.discard);

    await (await window.connection("Fleet gateway EU")).doubleClick();
    await window.see('input[type="password"]');
    await window.reads("main", "0x");
    await window.picture(`08b-refused-${look.name}`);

    await (await window.connection("Staging cluster")).doubleClick();
    await window.reads("main", words.connections.worthChecking);
    // The wait of a later try is long enough to look at.
    await window.reads("main", words.connections.tryNumber({ attempt: 3 }));
    await window.picture(`08a-connecting-${look.name}`);
  });
}
