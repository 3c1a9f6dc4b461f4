// Words for MQTT 5 reason codes (2.4). A code can mean different things in different packets: `any` holds
// what is always true, the packets hold what is true there. Titles are said as headlines, `means` and
// `todo` follow below. The specification's own name and the broker's words are shown beside them.

import { reasonsIn } from "./reasonsIn";

/** What is said of a reason code. */
export type ReasonWords = { title: string; means: string; todo: string[] };

/** Words by code. */
export type ReasonTable = Record<number, ReasonWords>;

const any: ReasonTable = {
  0: { title: "Done", means: "The broker accepted it.", todo: [] },
  1: {
    title: "Granted with QoS 1",
    means: "The broker sends matching messages with QoS 1 at most.",
    todo: [],
  },
  2: {
    title: "Granted with QoS 2",
    means: "The broker sends matching messages with QoS 2 at most.",
    todo: [],
  },
  4: {
    title: "Disconnected with last will",
    means: "The connection was ended on purpose, and the last will is published all the same.",
    todo: [],
  },
  16: {
    title: "No matching subscribers",
    means: "The broker took the message, but nobody is subscribed to this topic.",
    todo: [
      "Check the topic for a typing mistake.",
      "Publish it as retained if it should wait for subscribers.",
    ],
  },
  17: {
    title: "There was no such subscription",
    means: "The broker had no subscription with this filter, so there was nothing to end.",
    todo: [],
  },
  24: { title: "Sign-in goes on", means: "The broker wants another step of the sign-in.", todo: [] },
  25: { title: "Sign in again", means: "A new sign-in within the same connection was begun.", todo: [] },
  128: {
    title: "The broker refused without saying why",
    means: "The broker does not want to name its reason, or has no code for it.",
    todo: ["Look at the broker’s log at this time.", "Try again, then ask whoever runs the broker."],
  },
  129: {
    title: "The broker could not read a packet",
    means: "What arrived at the broker does not have the form MQTT 5 asks for.",
    todo: [
      "Check that the port belongs to an MQTT broker.",
      "Check that nothing between here and the broker changes the data, such as a proxy.",
    ],
  },
  130: {
    title: "The broker saw a protocol error",
    means: "A packet was well formed but not allowed at this point.",
    todo: ["Look at the broker’s log: it often names the packet.", "Check the limits of this connection."],
  },
  131: {
    title: "The broker did not accept this",
    means: "The packet was valid, but a rule of this broker speaks against it.",
    todo: ["Look at the broker’s log at this time.", "Ask whoever runs the broker which rule it is."],
  },
  132: {
    title: "The broker does not speak MQTT 5",
    means: "Treetop speaks MQTT 5 only. This broker asks for another version.",
    todo: [
      "Check that host and port belong to the broker you mean.",
      "Update the broker, or switch on MQTT 5 there.",
    ],
  },
  133: {
    title: "The broker does not accept this client ID",
    means: "The client ID has a form that the broker does not allow, or it belongs to somebody else.",
    todo: ["Use a new client ID.", "Some brokers allow only letters and digits, 23 at most."],
  },
  134: {
    title: "Wrong user name or password",
    means:
      "The broker answered and refused the sign-in. Treetop does not retry by itself, so the account is not locked by repeated tries.",
    todo: [
      "Type the user name and password again.",
      "Some brokers also send 134 for a missing client certificate.",
      "If it goes on, ask whoever runs the broker whether the account is still valid.",
    ],
  },
  135: {
    title: "Not authorized",
    means: "The broker knows who is asking and does not allow it.",
    todo: ["Ask whoever runs the broker for the right to do this."],
  },
  136: {
    title: "The broker is not available",
    means: "Something answers at this address, but the MQTT service behind it does not work at the moment.",
    todo: ["Wait: Treetop tries again by itself.", "Check the state of the broker."],
  },
  137: {
    title: "The broker is busy",
    means: "The broker has too much to do and takes nothing more for now.",
    todo: ["Wait: Treetop tries again by itself.", "Check how many clients are connected."],
  },
  138: {
    title: "This client is banned",
    means: "Somebody who runs the broker has shut this client out. Treetop does not retry by itself.",
    todo: [
      "Ask whoever runs the broker to lift the ban.",
      "A ban may follow the client ID, the user name or the address of this computer.",
    ],
  },
  139: {
    title: "The broker is shutting down",
    means: "Somebody stopped or restarted the broker.",
    todo: ["Wait: Treetop tries again by itself."],
  },
  140: {
    title: "The broker wants another way to sign in",
    means: "The way of signing in does not match what the broker asks for.",
    todo: ["Check user name and password.", "Ask whoever runs the broker how clients sign in."],
  },
  141: {
    title: "The broker heard nothing for too long",
    means: "Nothing arrived at the broker within one and a half times the keep-alive time.",
    todo: [
      "Check the network: a sleeping computer or a lost link has this effect.",
      "Choose a longer keep alive.",
    ],
  },
  142: {
    title: "Another client took over the session",
    means: "Another client connected with the same client ID, so the broker ended this connection.",
    todo: [
      "Use a new client ID.",
      "Or end the other client. Reconnecting from both would push each other out for ever.",
    ],
  },
  143: {
    title: "The broker does not accept this filter",
    means: "The topic filter is well formed, but not allowed on this broker.",
    todo: ["Check the filter.", "Some brokers do not allow # at the top, or allow few levels only."],
  },
  144: {
    title: "The broker does not accept this topic",
    means: "The topic is well formed, but not allowed on this broker.",
    todo: [
      "Check the topic.",
      "Some brokers do not allow topics that begin with $, or allow few levels only.",
    ],
  },
  145: {
    title: "The packet number is in use",
    means: "Broker and client do not agree about which packets are still open.",
    todo: ["Reconnect with clean start, so that both begin anew."],
  },
  146: {
    title: "The packet number is not known",
    means:
      "The broker does not know the message this packet belongs to. This can happen after its session was lost.",
    todo: ["Reconnect with clean start if it happens again."],
  },
  147: {
    title: "More unconfirmed messages than allowed",
    means: "More messages were under way than the receiver said it takes at once.",
    todo: ["Choose a larger receive maximum."],
  },
  148: {
    title: "A topic alias is not valid",
    means: "A topic alias above the agreed maximum, or 0, was used.",
    todo: ["Set topic aliases to 0 and reconnect."],
  },
  149: {
    title: "The packet is too large",
    means: "A packet was larger than the receiver takes. Trying the same again would end the same way.",
    todo: ["Make the message smaller.", "Or raise the largest packet, here or at the broker."],
  },
  150: {
    title: "Too many messages in a short time",
    means: "The broker limits how fast a client may send.",
    todo: ["Send less often.", "Ask whoever runs the broker for its limit."],
  },
  151: {
    title: "A quota is used up",
    means: "The broker limits how much this client may use, and the limit is reached.",
    todo: ["Wait until the quota is free again.", "Ask whoever runs the broker for more."],
  },
  152: {
    title: "Disconnected by an administrator",
    means: "Somebody who runs the broker ended this connection.",
    todo: ["Ask whoever runs the broker why."],
  },
  153: {
    title: "The payload does not have the stated format",
    means: "The message says its payload is UTF-8 text, and the broker found that it is not.",
    todo: ["Set the payload format to unspecified bytes.", "Or send valid UTF-8."],
  },
  154: {
    title: "The broker does not keep retained messages",
    means: "Retain is switched off at this broker.",
    todo: ["Publish without retain."],
  },
  155: {
    title: "The broker does not allow this QoS",
    means: "The QoS is higher than the highest this broker takes.",
    todo: ["Choose a lower QoS."],
  },
  156: {
    title: "Use another server for now",
    means: "The broker asks its clients to go to another server for the time being.",
    todo: ["Connect to the server the broker names."],
  },
  157: {
    title: "The broker has moved",
    means: "The broker asks its clients to use another server from now on.",
    todo: ["Change the host of this connection to the server the broker names."],
  },
  158: {
    title: "The broker has no shared subscriptions",
    means: "Filters that begin with $share are switched off at this broker.",
    todo: ["Subscribe without $share/name/ in front."],
  },
  159: {
    title: "Too many connections in a short time",
    means: "The broker limits how often clients may connect.",
    todo: ["Wait: Treetop tries again by itself, with longer pauses."],
  },
  160: {
    title: "The longest connection time is over",
    means: "The broker allows a connection for a limited time only.",
    todo: ["Wait: Treetop connects again by itself."],
  },
  161: {
    title: "The broker has no subscription identifiers",
    means: "Identifiers of subscriptions are switched off at this broker.",
    todo: ["Leave the identifier of the subscription empty."],
  },
  162: {
    title: "The broker does not allow wildcards",
    means: "Filters with + or # are switched off at this broker.",
    todo: ["Subscribe to full topics, without + and #."],
  },
};

export const reasons = {
  any,
  ...reasonsIn,
  unknown: {
    title: "An answer that MQTT 5 does not know",
    means: "The specification has no such reason code.",
    todo: ["Look at the broker’s log at this time."],
  } as ReasonWords,
  /** Said where the broker names another server. */
  reference: (server: string) => `The broker names this server: ${server}`,
};
