// Words for everything that can end or prevent a connection, and for the state of the history.

const steps = {
  resolve: { doing: "Looking up the name", done: "Name found", name: "Name" },
  tcp: { doing: "Opening TCP", done: "TCP open", name: "TCP" },
  tls: { doing: "Agreeing on TLS", done: "TLS", name: "TLS" },
  webSocket: { doing: "Opening WebSocket", done: "WebSocket open", name: "WebSocket" },
  connack: { doing: "Waiting for the broker’s answer", done: "Accepted", name: "CONNACK" },
  suback: { doing: "Subscribing", done: "Subscribed", name: "SUBACK" },
};

const tls = {
  unknownIssuer: {
    title: "The certificate comes from an unknown authority",
    means: "The broker’s certificate is not signed by an authority this connection trusts.",
    todo: [
      "Choose the certificate authority’s file under TLS.",
      "For a test with a self-signed certificate, choose that certificate as the authority, or stop checking it.",
    ],
  },
  expired: {
    title: "The broker’s certificate has expired",
    means: "Its last valid day is over.",
    todo: ["Ask whoever runs the broker to renew it.", "Check the date of this computer."],
  },
  notYetValid: {
    title: "The broker’s certificate is not valid yet",
    means: "Its first valid day is in the future.",
    todo: ["Check the date and time of this computer.", "Ask whoever runs the broker."],
  },
  nameMismatch: {
    title: "The certificate is for another name",
    means: "The host of this connection is not among the names in the broker’s certificate.",
    todo: [
      "Use the host name that is in the certificate.",
      "If you reach the broker under an address on purpose, switch off the check of the host name.",
    ],
  },
  clientCertificateRequired: {
    title: "The broker wants a client certificate",
    means: "TLS ended because no client certificate, or one the broker does not trust, was sent.",
    todo: ["Choose a client certificate and its key under TLS."],
  },
  version: {
    title: "No common TLS version",
    means: "The broker offers only TLS versions that are no longer safe, or does not speak TLS at this port.",
    todo: ["Check that the port is one with TLS.", "Ask whoever runs the broker to allow TLS 1.2 or 1.3."],
  },
  badFile: {
    title: "A certificate or key file can’t be used",
    means: "The file is not a certificate or key in PEM or DER form, or the two do not belong together.",
    todo: [
      "Choose the right files under TLS.",
      "A key that is protected by a password must be unlocked first.",
    ],
  },
  other: {
    title: "TLS could not be agreed on",
    means: "Broker and Treetop found no way to encrypt the connection.",
    todo: ["Check that the port is one with TLS.", "Look at the broker’s log at this time."],
  },
};

const history = {
  well: { title: "History is recorded", means: "What arrives is kept." },
  readOnly: {
    title: "Read-only history",
    means:
      "The history file was written by a newer Treetop or may not be changed. New messages are shown, not kept.",
  },
  diskFull: {
    title: "The disk is full",
    means: "New messages are not kept until there is room. QoS 1 and 2 messages wait at the broker.",
  },
  failed: { title: "The history can’t be written", means: (detail: string) => detail },
  setAside: {
    title: "A damaged history was set aside",
    means: (keptAs: string) => `A new history was begun. The damaged file is kept as ${keptAs}.`,
  },
};

export const failures = {
  steps,
  tls,
  history,
  resolve: {
    title: "The host name can’t be found",
    means: (host: string) => `No address is known for ${host}.`,
    todo: [
      "Check the name for a typing mistake.",
      "Is this computer connected to the network, or the VPN, that knows the name?",
    ],
  },
  tcp: {
    title: "The host does not accept the connection",
    means: (address: string) => `Nothing could be opened at ${address}.`,
    todo: [
      "Is the broker running and listening on this port?",
      "Does this network reach it? A VPN or firewall may block the port.",
    ],
  },
  webSocket: {
    closed: {
      title: "WebSocket could not be opened",
      means: "The web server did not change over to WebSocket with the protocol mqtt.",
      todo: [
        "Check the path: many brokers use /mqtt or /ws.",
        "Check that the port is the one for WebSocket.",
      ],
    },
    refused: {
      title: (status: number) => `WebSocket was refused with HTTP ${status}`,
      means: "The web server answers, but did not change over to WebSocket.",
      todo: [
        "Check the path: many brokers use /mqtt or /ws.",
        "Check that the port is the one for WebSocket.",
      ],
    },
    missing: {
      title: "There is no WebSocket at this path",
      means: "The web server answers with HTTP 404: it has nothing at this path.",
      todo: ["Check the path: many brokers use /mqtt or /ws."],
    },
  },
  timeout: {
    resolve: {
      title: "Looking up the name takes too long",
      means: (seconds: number) => `No answer about the host name within ${seconds} s.`,
      todo: ["Is this computer connected to the network?"],
    },
    tcp: {
      title: "No answer from the host",
      means: (seconds: number) => `The host did not answer within ${seconds} s.`,
      todo: ["Is the host switched on?", "Does this network reach it? A VPN or firewall may block the port."],
    },
    tls: {
      title: "No answer to TLS",
      means: (seconds: number) => `The port is open, but TLS did not come to an end within ${seconds} s.`,
      todo: ["Check that the port is one with TLS."],
    },
    webSocket: {
      title: "No answer to WebSocket",
      means: (seconds: number) => `The port is open, but the web server did not answer within ${seconds} s.`,
      todo: ["Check that the port is the one for WebSocket."],
    },
    connack: {
      title: "The broker does not answer",
      means: (seconds: number) => `The port is open, but no MQTT answer came within ${seconds} s.`,
      todo: [
        "Check that the port belongs to an MQTT broker.",
        "A port with TLS does not answer without TLS.",
      ],
    },
    suback: {
      title: "No answer to the subscriptions",
      means: (seconds: number) =>
        `The broker accepted the connection, but did not answer the subscriptions within ${seconds} s.`,
      todo: ["Look at the broker’s log at this time."],
    },
  },
  lost: {
    title: "The connection was lost",
    means: "The network or the broker closed it without a word.",
    todo: ["Check the network.", "Some brokers close without a word when they do not accept a packet."],
  },
  protocol: {
    title: "The answer was not MQTT 5",
    means: "What arrived can’t be read as MQTT 5.",
    todo: [
      "Check that host and port belong to an MQTT broker.",
      "A broker that speaks only MQTT 3 has to be updated.",
      "A port with TLS answers like this when TLS is not used.",
    ],
  },
  file: {
    title: "A file of this connection can’t be read",
    means: (path: string) => `Treetop can’t read ${path}.`,
    todo: ["Choose the file again under TLS.", "Check who may read the file."],
  },
};
