-- Packet identifiers of QoS 2 messages that are stored (MQTT 5, 4.3.3, method B): a PUBLISH with one of them is
-- the same message again. Written with the messages, so that it is true after the process died at any moment.
CREATE TABLE incoming_qos2(
    session   TEXT NOT NULL,     -- client identifier and address: identifiers belong to one session
    packet_id INTEGER NOT NULL,
    digest    INTEGER NOT NULL,  -- of topic and payload
    released  INTEGER,           -- NULL until PUBREL came; then which one it was, in their order
    PRIMARY KEY (session, packet_id)
) WITHOUT ROWID;
