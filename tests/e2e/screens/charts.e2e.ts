// Pictures of charts of the demo plant, each number in a lane of its own and all of them over one another.
import { test } from "vitest";
import { looks, show, wordsOf } from "../support/look";

const press = "factory/line-2/press-04/telemetry";

for (const look of looks) {
  test(`charts: ${look.name}`, async () => {
    const { charts, connections, explore, shell } = wordsOf(look);
    const window = await show(look);
    await window.press(connections.tryDemo);
    await window.row("factory");
    await window.tab(shell.charts);
    await window.reads("main", charts.empty);
    await window.picture(`03-charts-empty-${look.name}`);
    const { connections: rows } = await window.call("connections", { revision: 0 });
    const id = rows[0]?.id ?? "";
    for (const path of ["$.force_kn", "$.oil_temp_c", "$.vibration.z"]) {
      await window.call("series_add", { id, topic: press, path });
    }
    await window.see(`[role="img"][aria-label*="${press}"]`);
    await window.browser.$('main [role="radio"]').click();
    await window.browser.pause(4_000);
    await window.picture(`03a-charts-${look.name}`);
    await window.press(charts.overlay);
    await window.picture(`03b-charts-overlay-${look.name}`);
    await window.browser.$('main button[aria-keyshortcuts="Space"]').click();
    await window.reads("main", charts.backToLive);
    await window.picture(`03b-charts-paused-${look.name}`);
    await window.tab(shell.explore);
    await window.reads("main", explore.nothingSelected);
  });
}
