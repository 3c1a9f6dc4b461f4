// Words for reason codes where the packet they came in changes what they mean. PUBREC refuses as PUBACK does.
import type { ReasonTable } from "./reasons";

const connack: ReasonTable = {
  0: { title: "Accepted", means: "The broker accepted the connection.", todo: [] },
  128: {
    title: "The broker refused the connection without saying why",
    means: "The broker does not want to name its reason, or has no code for it.",
    todo: ["Look at the broker’s log at this time.", "Check the sign-in and the client ID."],
  },
  129: {
    title: "The broker could not read the request to connect",
    means: "What arrived at the broker is not the beginning of an MQTT 5 connection.",
    todo: [
      "Check that the port belongs to an MQTT broker.",
      "Check that nothing between here and the broker changes the data, such as a proxy.",
    ],
  },
  130: {
    title: "The broker saw a protocol error",
    means: "The request to connect was well formed but not allowed.",
    todo: ["Check the limits, the last will and the user properties.", "Look at the broker’s log."],
  },
  131: {
    title: "The broker did not accept the connection",
    means: "The request to connect was valid, but a rule of this broker speaks against it.",
    todo: ["Look at the broker’s log at this time.", "Ask whoever runs the broker which rule it is."],
  },
  135: {
    title: "Not authorized to connect",
    means:
      "The broker does not allow this user or this computer to connect. Treetop does not retry by itself, so the account is not locked by repeated tries.",
    todo: [
      "Sign in with a user who may connect.",
      "Some brokers send 135 for a wrong password, and when no user name is given.",
      "Ask whoever runs the broker for access.",
    ],
  },
  137: {
    title: "The broker is too busy to connect",
    means: "The broker has too much to do and takes no further clients for now.",
    todo: ["Wait: Treetop tries again by itself.", "Check how many clients are connected."],
  },
  144: {
    title: "The broker does not accept the topic of the last will",
    means: "The topic of the last will is well formed, but not allowed on this broker.",
    todo: ["Change the topic of the last will, or switch the last will off."],
  },
  149: {
    title: "The request to connect is too large",
    means: "The last will, the user properties and the sign-in together are larger than the broker takes.",
    todo: ["Make the last will smaller.", "Remove user properties."],
  },
  151: {
    title: "The broker takes no more connections",
    means: "A limit for connections or for this client is reached.",
    todo: ["End connections that are not needed.", "Ask whoever runs the broker for more."],
  },
  153: {
    title: "The last will does not have the stated format",
    means: "The broker found that the payload of the last will is not what it says.",
    todo: ["Change the payload of the last will."],
  },
  154: {
    title: "The last will may not be retained",
    means: "This broker does not keep retained messages, and the last will asks for it.",
    todo: ["Switch off retain in the last will."],
  },
  155: {
    title: "The last will has a QoS the broker does not allow",
    means: "The QoS of the last will is higher than the highest this broker takes.",
    todo: ["Choose a lower QoS in the last will."],
  },
};

const disconnect: ReasonTable = {
  0: { title: "Disconnected", means: "The connection was ended in the ordinary way.", todo: [] },
  128: {
    title: "The broker ended the connection without saying why",
    means: "The broker does not want to name its reason, or has no code for it.",
    todo: ["Look at the broker’s log at this time."],
  },
  131: {
    title: "The broker ended the connection by a rule of its own",
    means: "What was sent last was valid, but a rule of this broker speaks against it.",
    todo: ["Look at the broker’s log at this time.", "Check what was published or subscribed last."],
  },
  135: {
    title: "No longer authorized",
    means:
      "The broker ended the connection because something was done that is not allowed, or a right was taken away.",
    todo: ["Check what was published or subscribed last.", "Ask whoever runs the broker."],
  },
  137: {
    title: "The broker is busy and ended the connection",
    means: "The broker has too much to do and lets clients go.",
    todo: ["Wait: Treetop tries again by itself.", "Check how many clients are connected."],
  },
  140: {
    title: "The sign-in was repeated in another way",
    means: "A sign-in within a connection has to go the same way as the first.",
    todo: ["Reconnect.", "Ask whoever runs the broker how clients sign in."],
  },
  143: {
    title: "A filter ended the connection",
    means: "The broker does not accept a topic filter it was asked for, and ended the connection over it.",
    todo: [
      "Remove the filter that was added last.",
      "Some brokers do not allow # at the top, or allow few levels only.",
    ],
  },
  144: {
    title: "A topic ended the connection",
    means: "The broker does not accept a topic that was published to, and ended the connection over it.",
    todo: ["Check the topic of what was published last."],
  },
  151: {
    title: "A quota is used up",
    means: "The broker ended the connection because a limit for this client is reached.",
    todo: ["Wait until the quota is free again.", "Ask whoever runs the broker for more."],
  },
  153: {
    title: "A payload ended the connection",
    means:
      "A message said its payload is UTF-8 text, the broker found that it is not and ended the connection over it.",
    todo: ["Set the payload format to unspecified bytes.", "Or send valid UTF-8."],
  },
  154: {
    title: "A retained message ended the connection",
    means: "This broker does not keep retained messages, and ended the connection when it was sent one.",
    todo: ["Publish without retain."],
  },
  155: {
    title: "A QoS ended the connection",
    means: "A message was sent with a higher QoS than this broker takes, so it ended the connection.",
    todo: ["Publish with a lower QoS."],
  },
  158: {
    title: "A shared subscription ended the connection",
    means: "Filters that begin with $share are switched off at this broker, so it ended the connection.",
    todo: ["Remove $share/name/ from the filters."],
  },
  161: {
    title: "A subscription identifier ended the connection",
    means: "Identifiers of subscriptions are switched off at this broker, so it ended the connection.",
    todo: ["Leave the identifiers of the subscriptions empty."],
  },
  162: {
    title: "A wildcard ended the connection",
    means: "Filters with + or # are switched off at this broker, so it ended the connection.",
    todo: ["Subscribe to full topics, without + and #."],
  },
};

const puback: ReasonTable = {
  0: { title: "Published", means: "The broker took the message.", todo: [] },
  128: {
    title: "The broker refused the message without saying why",
    means: "The broker does not want to name its reason, or has no code for it.",
    todo: ["Look at the broker’s log at this time."],
  },
  131: {
    title: "The broker did not accept the message",
    means: "The message was valid, but a rule of this broker speaks against it.",
    todo: ["Look at the broker’s log at this time.", "Some brokers check payloads against a schema."],
  },
  135: {
    title: "Not authorized to publish here",
    means: "The broker does not allow this user to publish to this topic. Nobody received the message.",
    todo: ["Check the topic.", "Ask whoever runs the broker for the right to publish there."],
  },
  145: {
    title: "The packet number of the message is in use",
    means: "The broker still holds another message under this number and did not take this one.",
    todo: ["Publish it again.", "Reconnect with clean start if it happens again."],
  },
  151: {
    title: "A quota is used up",
    means: "The broker did not take the message because a limit is reached.",
    todo: ["Send less, or less often.", "Ask whoever runs the broker for more."],
  },
};

const suback: ReasonTable = {
  0: { title: "Granted with QoS 0", means: "The broker sends matching messages with QoS 0.", todo: [] },
  128: {
    title: "The broker refused the subscription without saying why",
    means:
      "The broker does not want to name its reason, or has no code for it. Nothing arrives through this filter.",
    todo: ["Look at the broker’s log at this time."],
  },
  131: {
    title: "The broker did not accept the subscription",
    means:
      "The subscription was valid, but a rule of this broker speaks against it. Nothing arrives through this filter.",
    todo: ["Ask whoever runs the broker which rule it is."],
  },
  135: {
    title: "Not authorized to subscribe to this",
    means: "The broker does not allow this user to receive through this filter. Nothing arrives through it.",
    todo: ["Try a narrower filter.", "Ask whoever runs the broker for the right to subscribe."],
  },
  143: {
    title: "The broker does not accept this filter",
    means: "The topic filter is well formed, but not allowed on this broker. Nothing arrives through it.",
    todo: ["Try a narrower filter.", "Some brokers do not allow # at the top, or allow few levels only."],
  },
  145: {
    title: "The packet number of the subscription is in use",
    means:
      "The broker still works on another request under this number. Nothing arrives through this filter.",
    todo: ["Subscribe again.", "Reconnect with clean start if it happens again."],
  },
  151: {
    title: "No more subscriptions allowed",
    means: "The broker limits the number of subscriptions, and the limit is reached.",
    todo: ["Remove subscriptions that are not needed."],
  },
  158: {
    title: "This broker has no shared subscriptions",
    means: "Filters that begin with $share are switched off here. Nothing arrives through this one.",
    todo: ["Subscribe without $share/name/ in front."],
  },
  161: {
    title: "This broker has no subscription identifiers",
    means:
      "The subscription was asked for with an identifier and was not made. Nothing arrives through this filter.",
    todo: ["Leave the identifier of the subscription empty."],
  },
  162: {
    title: "This broker does not allow wildcards",
    means: "Filters with + or # are switched off here. Nothing arrives through this one.",
    todo: ["Subscribe to full topics, without + and #."],
  },
};

const unsuback: ReasonTable = {
  0: { title: "Unsubscribed", means: "The broker ended the subscription.", todo: [] },
  17: {
    title: "There was no such subscription",
    means: "The broker had no subscription with this filter, so there was nothing to end.",
    todo: [],
  },
  128: {
    title: "The broker refused to end the subscription without saying why",
    means: "Messages may go on arriving through this filter.",
    todo: ["Reconnect with clean start to end all subscriptions."],
  },
  131: {
    title: "The broker did not end the subscription",
    means: "A rule of this broker speaks against it. Messages may go on arriving through this filter.",
    todo: ["Ask whoever runs the broker which rule it is."],
  },
  135: {
    title: "Not authorized to end this subscription",
    means: "The broker does not allow it, perhaps because it set up the subscription itself.",
    todo: ["Ask whoever runs the broker."],
  },
  143: {
    title: "The broker does not know this filter",
    means: "The broker does not accept the filter, so it ended no subscription. Messages may go on arriving.",
    todo: ["Check that the filter is written as it was subscribed to."],
  },
  145: {
    title: "The packet number of the request is in use",
    means: "The broker still works on another request under this number and did not end the subscription.",
    todo: ["Unsubscribe again.", "Reconnect with clean start if it happens again."],
  },
};

const pubrec: ReasonTable = {
  ...puback,
  0: {
    title: "Received",
    means: "The broker has the message and waits for its release, the second of three steps of QoS 2.",
    todo: [],
  },
};

const pubrel: ReasonTable = {
  0: {
    title: "Released",
    means: "The message was released to whoever subscribes to it, the last but one step of QoS 2.",
    todo: [],
  },
  146: {
    title: "The message to be released is not known",
    means:
      "The receiver does not know the message that was to be released. It was delivered before, or its session was lost.",
    todo: ["Publish it again if it did not arrive.", "Reconnect with clean start if it happens again."],
  },
};

const pubcomp: ReasonTable = {
  0: {
    title: "Published exactly once",
    means: "The broker finished the message, the last step of QoS 2.",
    todo: [],
  },
  146: {
    title: "The broker no longer knows the message",
    means:
      "The broker had forgotten the message when it was to be finished. It may have been delivered or not.",
    todo: ["Check whether it arrived before it is published again."],
  },
};

const auth: ReasonTable = {
  0: { title: "Signed in", means: "The broker accepted the sign-in.", todo: [] },
  24: { title: "Sign-in goes on", means: "The broker wants another step of the sign-in.", todo: [] },
  25: { title: "Signing in again", means: "A new sign-in within the same connection was begun.", todo: [] },
};

export const reasonsIn = { connack, disconnect, puback, pubrec, pubrel, pubcomp, suback, unsuback, auth };
