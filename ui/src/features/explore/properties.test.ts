import { expect, test } from "vitest";
import type { MessageInfo, Subscribed } from "$lib/ipc/generated";
import { differing, mqttRows, userRows } from "./properties";

const received = 1_000_000;
const info: MessageInfo = {
  id: 1,
  topic: "a",
  received,
  qos: 1,
  retain: false,
  dup: false,
  redelivered: false,
  late: false,
  size: 3,
  properties: {
    payloadFormat: 1,
    expirySecs: 600,
    contentType: "application/json",
    responseTopic: "a/ack",
    correlationHex: "9f3c11",
    correlationText: null,
    subscriptionIds: [3, 9],
    user: [
      { name: "site", value: "창원" },
      { name: "site", value: "Changwon" },
    ],
  },
};
const granted = {
  code: 0,
  name: "Granted QoS 0",
  reasonString: null,
  serverReference: null,
  userProperties: [],
};

const subscribed = (filter: string, identifier: number | null, code = 0): Subscribed => ({
  filter,
  qos: 0,
  noLocal: false,
  retainAsPublished: true,
  retainHandling: 0,
  identifier,
  reason: { ...granted, code },
});

test("without identifiers the filters tell which subscriptions a message came through", () => {
  const plain: MessageInfo = {
    ...info,
    topic: "a/b",
    properties: { ...info.properties, subscriptionIds: [] },
  };
  const filters = [
    subscribed("a/+", null),
    subscribed("b/#", null),
    subscribed("#", null),
    subscribed("a/#", null, 135),
  ];
  const named = mqttRows(plain, filters, received).filter((row) => row.key === "Matched by");
  expect(named.map((row) => row.value)).toEqual(["a/+", "#"]);
});

test("every property has a row, bytes are readable, filters are named by their identifier", () => {
  const rows = mqttRows(info, [subscribed("a/#", 3)], received);
  expect(rows.map((row) => row.value)).toEqual([
    "application/json",
    "a/ack",
    "UTF-8 text (1)",
    "9f 3c 11",
    "10 m",
    "a/#",
    "subscription 9",
  ]);
});

test("the expiry counts down and ends", () => {
  const at = (now: number) => mqttRows(info, [], now).find((row) => row.left !== undefined);
  expect(at(received + 348_000)).toMatchObject({ value: "4 m 12 s", aside: "/ 10 m", left: 0.42 });
  expect(at(received + 700_000)).toMatchObject({ value: "expired", left: 0 });
});

test("user properties keep their order and their duplicates", () => {
  expect(userRows(info.properties).map((row) => row.value)).toEqual(["창원", "Changwon"]);
});

test("only what differs is compared, also what one side does not have", () => {
  const other = userRows({
    ...info.properties,
    user: [
      { name: "site", value: "창원" },
      { name: "fw", value: "2" },
    ],
  });
  const [a, b] = differing(userRows(info.properties), other);
  expect(a.map((row) => [row.key, row.value])).toEqual([
    ["site", "Changwon"],
    ["fw", ""],
  ]);
  expect(b.map((row) => row.value)).toEqual(["", "2"]);
});
