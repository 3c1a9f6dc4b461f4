// How large the PUBLISH packet of a message is (MQTT 5, 3.3), without a topic alias.
import type { Draft } from "$lib/ipc/generated";
import { bytesOf, correlationBytes } from "./property";

export interface PacketBytes {
  header: number;
  topic: number;
  properties: number;
  payload: number;
  total: number;
}

/** Bytes that a length takes as a variable byte integer (MQTT 5, 1.5.5). */
function lengthBytes(value: number): number {
  return value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4;
}

/** Bytes of each part as it goes out; of the payload they are known, for its format is the backend's. */
export function packetBytes(draft: Draft, payload: number): PacketBytes {
  const { contentType, responseTopic, payloadFormat, expirySecs, correlation, user } = draft.properties;
  const topic = 2 + bytesOf(draft.topic);
  const text = (value: string | null) => (value === null ? 0 : 3 + bytesOf(value));
  let properties = text(contentType) + text(responseTopic);
  if (payloadFormat !== null) properties += 2;
  if (expirySecs !== null) properties += 5;
  if (correlation !== null) properties += 3 + (correlationBytes(correlation) ?? 0);
  for (const pair of user) properties += 5 + bytesOf(pair.name) + bytesOf(pair.value);
  properties += lengthBytes(properties);
  const number = draft.qos > 0 ? 2 : 0;
  const body = topic + number + properties + payload;
  const header = 1 + lengthBytes(body) + number;
  return { header, topic, properties, payload, total: body + header - number };
}
