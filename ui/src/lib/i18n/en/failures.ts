// Words for everything that can end or prevent a connection, and for the state of the history.

const steps = {
  token: { doing: "Reading the token", done: "Token", name: "Token" },
  proxy: { doing: "Asking the proxy", done: "Proxy", name: "Proxy" },
  resolve: { doing: "Looking up the name", done: "Name found", name: "Name" },
  tcp: { doing: "Opening TCP", done: "TCP open", name: "TCP" },
  tls: { doing: "Agreeing on TLS", done: "TLS", name: "TLS" },
  webSocket: { doing: "Opening WebSocket", done: "WebSocket open", name: "WebSocket" },
  connack: { doing: "Waiting for the broker’s answer", done: "Accepted", name: "CONNACK" },
  suback: { doing: "Subscribing", done: "Subscribed", name: "SUBACK" },
};

/** The names of a certificate, cut where there are too many to read. */
const list = (names: readonly string[]) =>
  names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");

const tls = {
  unknownIssuer: {
    title: "The certificate comes from an unknown authority",
    means: (issuer: string) =>
      issuer === ""
        ? "The broker’s certificate is not signed by an authority this connection trusts."
        : `The broker’s certificate is signed by ${issuer}, and this connection does not trust that authority.`,
    todo: [
      "Choose the certificate authority’s file under TLS.",
      "For a test, stop checking the certificate.",
    ],
  },
  selfSigned: {
    title: "The broker’s certificate is signed by itself",
    means: (subject: string) =>
      subject === ""
        ? "No authority vouches for it, and it is not among the certificates this connection trusts."
        : `It is for ${subject}. No authority vouches for it, and it is not among the certificates this connection trusts.`,
    todo: [
      "If you know the certificate, choose its file as the certificate authority under TLS.",
      "For a test, stop checking the certificate.",
    ],
  },
  expired: {
    title: "The broker’s certificate has expired",
    means: (at: string | null, from: string | null, age: string | null) =>
      at === null
        ? "Its last valid day is over."
        : from === null
          ? `It expired on ${at}, ${age} ago.`
          : `It was valid from ${from} to ${at} and expired ${age} ago.`,
    todo: ["Ask whoever runs the broker to renew it.", "Check the date of this computer."],
  },
  notYetValid: {
    title: "The broker’s certificate is not valid yet",
    means: (at: string | null, until: string | null, wait: string | null) =>
      at === null
        ? "Its first valid day is in the future."
        : until === null
          ? `It is valid from ${at}, in ${wait}.`
          : `It is valid from ${at} to ${until}: that begins in ${wait}.`,
    todo: ["Check the date and time of this computer.", "Ask whoever runs the broker."],
  },
  nameMismatch: {
    title: "The certificate is for another name",
    means: (asked: string, names: readonly string[]) => {
      if (asked === "") {
        return names.length === 0
          ? "The host of this connection is not among the names in the broker’s certificate."
          : `The broker’s certificate is for ${list(names)}.`;
      }
      return names.length === 0
        ? `Asked for ${asked}; the broker’s certificate names no host at all.`
        : `Asked for ${asked}; the broker’s certificate is for ${list(names)}.`;
    },
    todo: [
      "Use the host name that is in the certificate, as the host or as the server name under TLS.",
      "If you reach the broker under an address on purpose, switch off the check of the host name.",
    ],
  },
  revoked: {
    title: "The broker’s certificate was revoked",
    means: "Its authority no longer vouches for it.",
    todo: ["Ask whoever runs the broker for a new certificate."],
  },
  badCertificate: {
    title: "The broker’s certificate can’t be used",
    means: "It is damaged, or not meant for a server.",
    todo: ["Ask whoever runs the broker to replace it."],
  },
  clientCertificateRequired: {
    title: "The broker wants a client certificate",
    means: "TLS ended because no client certificate was sent.",
    todo: ["Choose a client certificate and its key under TLS."],
  },
  clientCertificateRejected: {
    title: "The broker does not accept the client certificate",
    means:
      "TLS ended when the broker had seen the certificate: it may have expired or come from an authority the broker does not trust.",
    todo: [
      "Check that the client certificate under TLS is the one for this broker.",
      "Ask whoever runs the broker which certificates it accepts.",
    ],
  },
  alert: {
    title: (name: string) => `The broker ended TLS with the alert ${name}`,
    means: "It gave no more than this name as its reason.",
    todo: [
      "Look at the broker’s log at this time.",
      "Check the client certificate, the server name and ALPN.",
    ],
  },
  tlsExpected: {
    title: "This port wants TLS",
    means: "The connection is set to work without TLS; what answers speaks TLS only.",
    todo: ["Choose mqtts, or wss for WebSocket.", "Or use the port without TLS: MQTT mostly has 1883."],
  },
  notTls: {
    title: "This port does not speak TLS",
    means: "What answered is not TLS.",
    todo: ["Check the port: MQTT with TLS mostly has 8883.", "Connect without TLS if the broker has none."],
  },
  noCommonParameters: {
    title: "No common TLS version or cipher",
    means: "The broker offers only TLS versions or ciphers that are no longer safe.",
    todo: ["Ask whoever runs the broker to allow TLS 1.2 or 1.3."],
  },
  closed: {
    title: "The connection was closed during TLS",
    means: "The broker, or something on the way to it, closed the connection before TLS was agreed on.",
    todo: [
      "Check that the port is one with TLS.",
      "Some brokers close without a word when a client certificate is missing.",
      "Look at the broker’s log at this time.",
    ],
  },
  noRoots: {
    title: "This system has no trusted certificates",
    means: "Without them Treetop can’t tell whose certificate the broker shows.",
    todo: [
      "Choose the certificate authority’s file under TLS.",
      "Install the certificates of the system: the package is often called ca-certificates.",
    ],
  },
  unreadableCa: {
    title: "The certificate authority’s file can’t be read",
    means: "The file is missing, may not be read, or holds no certificate in PEM or DER form.",
    todo: ["Choose the file again under TLS.", "Check who may read the file."],
  },
  unreadableClientCertificate: {
    title: "The client certificate can’t be read",
    means: "The file is missing, may not be read, or holds no certificate in PEM or DER form.",
    todo: ["Choose the file again under TLS.", "Check who may read the file."],
  },
  unreadableClientKey: {
    title: "The client key can’t be used",
    means: "The file holds no key in PEM or DER form: PKCS#8, PKCS#1 or SEC1.",
    todo: ["Choose the key that belongs to the client certificate under TLS."],
  },
  keyMismatch: {
    title: "The client key belongs to another certificate",
    means: "Certificate and key can both be read, but they are not a pair.",
    todo: ["Choose the key that belongs to the client certificate under TLS."],
  },
  passphraseNeeded: {
    title: "The client key needs its passphrase",
    means: "The key is protected, and no passphrase is stored for it.",
    todo: ["Type the passphrase of the key under TLS."],
  },
  wrongPassphrase: {
    title: "Wrong passphrase for the client key",
    means: "The key can’t be unlocked with the passphrase that is stored.",
    todo: ["Type the passphrase of the key again under TLS."],
  },
  oldKeyProtection: {
    title: "The protection of the client key is not supported",
    means: "The key is protected in a way that is no longer safe, as OpenSSL did before PKCS#8.",
    todo: ["Protect it anew: openssl pkcs8 -topk8 -in old.key -out new.key"],
  },
  badServerName: {
    title: "This host can’t stand in a certificate",
    means: "A certificate names hosts and addresses; what is set as the host is neither.",
    todo: ["Check the host for a typing mistake."],
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
    means: (address: string) =>
      address === "" ? "No connection could be opened." : `Nothing could be opened at ${address}.`,
    todo: [
      "Is the broker running and listening on this port?",
      "Does this network reach it? A VPN or firewall may block the port.",
    ],
  },
  proxy: {
    unreachable: {
      title: "The proxy can’t be reached",
      means: (address: string) => `Nothing could be opened at ${address}.`,
      todo: ["Check host and port of the proxy.", "Is the proxy running, and in this network?"],
    },
    notAProxy: {
      title: "What answers is not such a proxy",
      means: (address: string) => `${address} answers in another protocol.`,
      todo: ["Check whether the proxy speaks HTTP or SOCKS 5.", "Check the port of the proxy."],
    },
    signIn: {
      title: "The proxy does not accept the sign-in",
      means: (address: string) => `${address} wants a user name and a password, or others.`,
      todo: ["Check user name and password of the proxy."],
    },
    refusedHttp: {
      title: (status: number) => `The proxy refused with HTTP ${status}`,
      means: (address: string) => `${address} answers, but does not open the way to the broker.`,
      todo: [
        "Check host and port of the broker: the proxy looks up the name.",
        "Many proxies allow few ports, mostly 443: ask whoever runs it.",
      ],
    },
    refusedSocks: {
      title: (reply: number) => `The proxy refused with SOCKS reply ${reply}`,
      means: (address: string) => `${address} answers, but does not open the way to the broker.`,
      replies: {
        1: "The proxy failed.",
        2: "Its rules do not allow this connection.",
        3: "The broker’s network can’t be reached from there.",
        4: "The broker’s host can’t be reached from there, or its name is not known.",
        5: "The broker does not accept the connection.",
        6: "The way to the broker is too long.",
        7: "The proxy does not know the command.",
        8: "The proxy does not know this kind of address.",
      } as Record<number, string>,
      todo: ["Check host and port of the broker: the proxy looks up the name."],
    },
    closed: {
      title: "The proxy closed the connection",
      means: (address: string) => `${address} hung up before it answered.`,
      todo: ["Check whether the proxy speaks HTTP or SOCKS 5.", "Look at the proxy’s log at this time."],
    },
  },
  token: {
    unreadableFile: {
      title: "The file with the token can’t be read",
      means: (path: string) => `${path} is missing, or may not be read.`,
      todo: ["Choose the file again under Sign-in."],
    },
    badCommand: {
      title: "The command for the token can’t be understood",
      means: "A quote is not closed, or there is no command.",
      todo: ["Check the command under Sign-in."],
    },
    noSuchCommand: {
      title: "The command for the token can’t be started",
      means: (program: string) => `${program} is not there, or may not be run.`,
      todo: ["Check the command under Sign-in; the full path of the program helps."],
    },
    commandFailed: {
      title: "The command for the token failed",
      means: (code: number | null) =>
        code === null ? "It ended before it was done." : `It ended with code ${code}.`,
      todo: ["Run the command in a terminal: it says there what is wrong."],
    },
    commandTimeout: {
      title: "The command for the token does not end",
      means: "It printed no token within 30 seconds.",
      todo: ["Run the command in a terminal: it may wait for an answer."],
    },
    notText: {
      title: "The token is not text",
      means: "What was read is not UTF-8.",
      todo: ["Check where the token comes from under Sign-in."],
    },
    empty: {
      title: "The token is empty",
      means: "There was nothing but white space.",
      todo: ["Check where the token comes from under Sign-in."],
    },
    tooLong: {
      title: "The token is too long",
      means: (bytes: string) => `${bytes} bytes; CONNECT carries 65,535 at most.`,
      todo: ["Check where the token comes from under Sign-in."],
    },
    expired: {
      title: "The token has expired",
      means: (at: string, age: string) => `It says that it ended on ${at}, ${age} ago. It was not tried.`,
      todo: ["Get a new token.", "Check the date and time of this computer."],
    },
    notYetValid: {
      title: "The token is not valid yet",
      means: (at: string) => `It says that it begins on ${at}. It was not tried.`,
      todo: ["Check the date and time of this computer."],
    },
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
    token: {
      title: "Reading the token takes too long",
      means: "There was no token in time.",
      todo: ["Check where the token comes from under Sign-in."],
    },
    proxy: {
      title: "No answer from the proxy",
      means: "The proxy did not open the way to the broker in time.",
      todo: ["Check host and port of the proxy.", "Is the broker’s host switched on?"],
    },
    resolve: {
      title: "Looking up the name takes too long",
      means: "No answer about the host name in time.",
      todo: ["Is this computer connected to the network?"],
    },
    tcp: {
      title: "No answer from the host",
      means: "The host did not answer in time.",
      todo: ["Is the host switched on?", "Does this network reach it? A VPN or firewall may block the port."],
    },
    tls: {
      title: "No answer to TLS",
      means: "The port is open, but TLS did not come to an end in time.",
      todo: ["Check that the port is one with TLS."],
    },
    webSocket: {
      title: "No answer to WebSocket",
      means: "The port is open, but the web server did not answer in time.",
      todo: ["Check that the port is the one for WebSocket."],
    },
    connack: {
      title: "The broker does not answer",
      means: "The port is open, but no MQTT answer came in time.",
      todo: [
        "Check that the port belongs to an MQTT broker.",
        "A port with TLS does not answer without TLS.",
      ],
    },
    suback: {
      title: "No answer to the subscriptions",
      means: "The broker accepted the connection, but did not answer the subscriptions in time.",
      todo: ["Look at the broker’s log at this time."],
    },
  },
  unanswered: {
    title: "The connection was closed before the broker answered",
    means: "What listens there hung up when it saw the greeting of MQTT 5.",
    todo: [
      "A port with TLS hangs up when TLS is not used: choose mqtts.",
      "Check that host and port belong to an MQTT broker.",
      "A broker that speaks only MQTT 3 has to be updated.",
    ],
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
};
