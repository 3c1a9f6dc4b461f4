// Choices for topics and schemas, one of them wrong, as somebody with protocol buffers has them.
import type { Decoders } from "../src/lib/ipc/generated";

export const decoders: Decoders = {
  rules: [
    { filter: "plant7/+/vibration/#", format: "protobuf", messageType: "plant.Vibration" },
    { filter: "plant7/archive/#", format: "zlib", messageType: null },
  ],
  schemas: [
    {
      name: "plant.proto",
      messageTypes: ["plant.Vibration", "plant.Vibration.Axis", "plant.Press"],
      problem: null,
    },
    {
      name: "line.proto",
      messageTypes: [],
      problem: { file: "line.proto", line: 14, column: 3, detail: "message type 'plant.Belt' not found" },
    },
  ],
};
