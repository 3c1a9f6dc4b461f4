// A plant's messages as a broker holds them before anybody looks: what the pictures of the states are taken of.
import { publish } from "./cli";

const press = "factory/line-2/press-04";

/** One message of the press; `step` moves its numbers. */
export const telemetry = (step: number) =>
  JSON.stringify({
    seq: 41_878 + step,
    ts: `2026-03-12T05:32:0${step}.411Z`,
    force_kn: 608.1 + step,
    stroke_mm: 183.97,
    oil_temp_c: 61.6 - step / 10,
    vibration: { x: 0.041, y: 0.038, z: 0.109 },
    mode: step < 2 ? "manual" : "auto",
    ...(step < 2 ? { jog_step_mm: 0.5 } : { operator: null }),
    tool: { id: "T-118", wear: 0.37, changed: "2026-03-09" },
    ...(step > 2 ? { cycle_target: 42_000 } : {}),
    alarms: [],
    ok: true,
  });

/** JSON of at least this many bytes, in records of six lines; a note of this length makes them fewer. */
export function largeJson(bytes: number, note = 200): string {
  const rows: string[] = [];
  for (let size = 0, at = 0; size < bytes; at += 1) {
    const record = { id: at, peak: at / 8, name: `channel-${at}`, note: "-".repeat(note) };
    const row = JSON.stringify(record);
    rows.push(row);
    size += row.length + 1;
  }
  return `[${rows.join(",")}]`;
}

const LONG = "urn:ngsi-ld:ManufacturingMachine:plant7:hall-2:line-2:press-04";

/** Retained messages of many kinds. */
const held: [topic: string, payload: string | Buffer][] = [
  ["building/b2/hvac/ahu-1/config", '{"setpoint_c":18.5,"mode":"eco"}'],
  ["building/b2/hvac/ahu-1/state", '{"supply":{"temp_c":18.77},"fan":0.4}'],
  ["factory/line-1/press-02/cmd", '{"cmd":"reset_alarm","code":118}'],
  ["factory/line-1/press-03/cmd", '{"cmd":"start"}'],
  ["factory/line-1/status", "online"],
  ["factory/line-2/events/door", '{"event":"opened","at":"2026-02-03T06:11:52Z"}'],
  [`${press}/alarm`, '{"code":0,"text":"none"}'],
  [`${press}/cmd`, '{"cmd":"set_force","target_kn":615}'],
  [`${press}/mode`, "auto"],
  [`${press}/oil_temp`, "61.4"],
  [`${press}/recipe`, Buffer.from("a2646e616d6566542d31313865666f726365190267", "hex")],
  [`${press}/snapshot`, Buffer.from(Array.from({ length: 4_096 }, (_, at) => (at * 7_919) % 256))],
  [`${press}/state`, "RUNNING"],
  ["factory/line-2/robot-a/cmd/goto", "1"],
  ["homeassistant/binary_sensor/0x00158d0003a1/config", '{"name":"Dock door","device_class":"door"}'],
  ["tele/tasmota_4C1F/LWT", "Offline"],
  [`${LONG}/urn:aas:submodel:TechnicalData/TechnicalProperties_RatedForceAtBottomDeadCentre_kN`, "800"],
  [`${LONG}/urn:aas:submodel:TechnicalData/TechnicalProperties_MaximumOperatingPressure_bar`, "315"],
  [
    "d6b0c1f2-88f1-4a0e-9f7c-11b7a04e6d/7f3a19bb:2026-03-12T05:32:08Z/v1/a/b/c/d/level-9-still-readable",
    "ok",
  ],
  ["설비/창원 2공장/프레스-04/작동유 온도", "61.4"],
  ["설비/창원 2공장/프레스-04/상태", '"가동 중"'],
  ["/leading-slash", "1"],
  ["with space ", "yes"],
];

export const longTopic = held.find(([topic]) => topic.includes("RatedForce"))?.[0] ?? "";
export const pressTopic = (name: string) => `${press}/${name}`;

/** Publishes the retained messages. */
export async function furnish(port: number): Promise<void> {
  await Promise.all(held.map(([topic, payload]) => publish(port, topic, payload, "-r", "-q", "1")));
}

/** Publishes the press's telemetry, one message after the other, the last one retained. */
export async function runPress(port: number, steps = 6): Promise<void> {
  const property = (name: string, ...value: string[]) => ["-D", "publish", name, ...value];
  for (let step = 0; step < steps; step += 1) {
    await publish(
      port,
      pressTopic("telemetry"),
      telemetry(step),
      "-q",
      "1",
      ...(step === steps - 1 ? ["-r"] : []),
      ...property("content-type", "application/json"),
      ...property("message-expiry-interval", "600"),
      ...property("response-topic", pressTopic("ack")),
      ...property("user-property", "schema", "press.telemetry/3"),
      ...property("user-property", "trace", `3e81c07d-${step}`),
      ...property("user-property", "site", "창원 2공장"),
    );
  }
}
