import { describe, expect, it, vi } from "vitest";
import type { Connack, Sent, SentFrame, SentState } from "$lib/ipc/generated";
import { Composer } from "./draft.svelte";

const backend = vi.hoisted(() => ({ publish: vi.fn(), sent: vi.fn() }));

vi.mock("$lib/ipc/call", () => ({
  call: (command: string, args: { payload?: string; topic?: string }) => {
    if (command === "publish") return backend.publish(args);
    if (command === "sent") return backend.sent();
    if (command === "sent_draft") return Promise.resolve({ ...new Composer("c").draft, topic: "again" });
    if (command === "sent_cancel") return Promise.resolve(true);
    if (command === "payload_check") {
      return Promise.resolve({ bytes: args.payload?.length ?? 0, problem: null });
    }
    return Promise.resolve(args.topic?.includes("#") ? { kind: "wildcardInName", character: "#" } : null);
  },
}));

const sent = (state: SentState, id = 1): Sent => ({
  id,
  at: 0,
  topic: "a/b",
  qos: 1,
  retain: false,
  size: 0,
  state,
  roundTripMillis: null,
  expiresAt: null,
  kept: true,
});

describe("a message being written", () => {
  it("follows the tree's topic until one is typed", () => {
    const draft = new Composer("c");
    draft.suggest("a/b");
    draft.suggest("a/c");
    expect(draft.topic).toBe("a/c");
    draft.typeTopic("mine");
    draft.suggest("a/d");
    expect(draft.topic).toBe("mine");
    draft.typeTopic("");
    draft.suggest("a/d");
    expect(draft.topic).toBe("a/d");
  });

  it("counts the bytes of the packet as MQTT 5 lays them out", () => {
    const draft = new Composer("c");
    draft.topic = "a/b";
    draft.payloadBytes = 5;
    // 1 type, 1 length, 2 + 3 topic, 1 length of no properties, 5 payload.
    expect(draft.packet.total).toBe(13);
    draft.qos = 1;
    expect(draft.packet.total).toBe(15);
    draft.user = [{ name: "k", value: "é" }];
    // 1 identifier, 2 + 1 name, 2 + 2 value.
    expect(draft.packet).toMatchObject({ properties: 9, total: 23 });
    draft.payloadBytes = 200;
    // Above 127 the length itself takes two bytes.
    expect(draft.packet.total).toBe(23 - 5 + 200 + 1);
  });

  it("keeps user properties in order with duplicates", () => {
    const draft = new Composer("c");
    draft.user = [
      { name: "tag", value: "2" },
      { name: "tag", value: "1" },
    ];
    expect(draft.draft.properties.user).toEqual([
      { name: "tag", value: "2" },
      { name: "tag", value: "1" },
    ]);
  });

  it("counts hex digits in pairs", () => {
    const draft = new Composer("c");
    draft.correlationHex = true;
    draft.correlation = "73 65 71";
    expect(draft.correlationBytes).toBe(3);
    draft.correlation = "73 6";
    expect(draft.correlationBytes).toBeNull();
    expect(draft.ready).toBe(false);
  });

  it("knows which property can't be sent, at its limit and beyond", () => {
    const nul = { kind: "badCharacter", character: "\0" };
    const long = { kind: "tooLong", bytes: 65_536 };
    const draft = new Composer("c");
    draft.typeTopic("a/b");
    // Two bytes a letter.
    draft.contentType = "é".repeat(32_767) + "e";
    expect([draft.contentTypeProblem, draft.ready]).toEqual([null, true]);
    draft.contentType += "e";
    expect([draft.contentTypeProblem, draft.ready]).toEqual([long, false]);
    draft.contentType = "a\0";
    expect(draft.contentTypeProblem).toEqual(nul);
    draft.clearProperties();
    // It is bytes and no text.
    draft.correlation = "\0";
    expect(draft.ready).toBe(true);
    draft.correlation = "x".repeat(65_536);
    expect([draft.correlationProblem, draft.ready]).toEqual([long, false]);
    draft.clearProperties();
    draft.user = [{ name: "k", value: "\0" }];
    expect(draft.ready).toBe(false);
  });

  it("sends nothing to a topic with a wildcard", async () => {
    const draft = new Composer("c");
    draft.typeTopic("a/#");
    await draft.publish();
    expect(backend.publish).not.toHaveBeenCalled();
    expect(draft.topicProblem).toEqual({ kind: "wildcardInName", character: "#" });
  });

  it("keeps the answer, and the error if there is none", async () => {
    const draft = new Composer("c");
    draft.typeTopic("a/b");
    const answer = sent({ kind: "sent" });
    backend.publish.mockResolvedValueOnce(answer);
    await draft.publish();
    expect(draft.answer).toBe(answer);
    backend.publish.mockRejectedValueOnce(new Error("lost"));
    await draft.publish();
    expect(draft.answer).toBeNull();
    expect(draft.error).toEqual(new Error("lost"));
    expect(draft.busy).toBe(false);
  });

  it("shows what became of the message as the backend tells it", async () => {
    const draft = new Composer("c");
    draft.typeTopic("a/b");
    draft.qos = 1;
    backend.publish.mockResolvedValueOnce(sent({ kind: "waiting" }));
    await draft.publish();
    expect(backend.publish).toHaveBeenLastCalledWith(expect.objectContaining({ offline: "keep" }));
    expect(draft.answer?.state.kind).toBe("waiting");
    const later = sent({ kind: "unknown" });
    backend.sent
      .mockResolvedValueOnce({ revision: 2, sent: [later], waiting: 0, keeps: true })
      .mockReturnValue(new Promise(() => {}));
    const stop = draft.follow();
    await vi.waitFor(() => expect(draft.answer?.state.kind).toBe("unknown"));
    stop();
    backend.publish.mockResolvedValueOnce(sent({ kind: "underWay" }, 2));
    await draft.sendAgain(later);
    expect(backend.publish).toHaveBeenLastCalledWith(
      expect.objectContaining({ draft: expect.objectContaining({ topic: "again" }) }),
    );
    expect(draft.answer?.state.kind).toBe("underWay");
    await draft.takeBack(sent({ kind: "waiting" }, 2));
    expect(draft.answer).toBeNull();
  });

  it("forgets why it could not check once it can, and keeps why it could not publish", async () => {
    const draft = new Composer("c");
    draft.notChecked(new Error("no answer"));
    draft.typeTopic("a/b");
    await draft.checkTopic();
    expect(draft.error).toBeNull();
    const refused = new Error("not connected");
    draft.error = refused;
    await draft.checkTopic();
    expect(draft.error).toBe(refused);
  });

  it("says before sending what happens without a connection", () => {
    const draft = new Composer("c");
    expect([draft.waits, draft.offlineWords]).toEqual([false, "offlineQos0"]);
    draft.qos = 1;
    expect([draft.waits, draft.offlineWords]).toEqual([true, "offlineKept"]);
    draft.frame = { keeps: false } as SentFrame;
    expect(draft.offlineWords).toBe("offlineInMemory");
    draft.keep = false;
    expect([draft.waits, draft.offlineWords]).toEqual([false, "notConnected"]);
  });

  it("knows what the broker does not take", () => {
    const draft = new Composer("c");
    const connack = { maximumQos: 1, retainAvailable: false } as Connack;
    draft.qos = 1;
    expect(draft.barred(connack)).toBe(false);
    draft.qos = 2;
    expect(draft.barred(connack)).toBe(true);
    expect(draft.barred(null)).toBe(false);
    draft.qos = 0;
    draft.retain = true;
    expect(draft.barred(connack)).toBe(true);
  });
});
