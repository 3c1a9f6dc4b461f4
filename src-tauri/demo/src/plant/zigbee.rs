//! A zigbee2mqtt bridge with its retained lists of several kilobytes, and four devices.

use serde_json::{Value, json};

use crate::feed::Feed;
use crate::signal::{Seed, round};

const DEVICES: [(&str, &str, &str); 9] = [
    ("dock-door", "MCCGQ11LM", "0x00158d0003a1"),
    ("plug-07", "TS011F", "0x00158d0007b2"),
    ("hall-2-lux", "GZCGQ01LM", "0x00158d00043c"),
    ("gate-3", "WB-MSW", "0x00158d00055d"),
    ("hall-1-motion", "RTCGQ11LM", "0x00158d00066e"),
    ("hall-1-smoke", "HS1SA", "0x00158d00077f"),
    ("canteen-button", "WXKG11LM", "0x00158d000880"),
    ("lab-leak", "SJCGQ11LM", "0x00158d000991"),
    ("office-blind", "E1757", "0x00158d000aa2"),
];

pub fn feeds(seed: Seed) -> Vec<Feed> {
    let mut feeds = bridge();
    feeds.extend(devices(seed.of("zigbee")));
    feeds
}

fn bridge() -> Vec<Feed> {
    vec![
        Feed::fixed("zigbee2mqtt/bridge/state", r#"{"state":"online"}"#),
        Feed::json("zigbee2mqtt/bridge/info", |_| info()).once(),
        Feed::json("zigbee2mqtt/bridge/devices", |_| {
            DEVICES.iter().map(device).collect()
        })
        .once(),
        Feed::json("zigbee2mqtt/bridge/groups", |_| {
            let member = json!({ "ieee_address": DEVICES[0].2, "endpoint": 1 });
            json!([{ "id": 1, "friendly_name": "hall-2", "members": [member], "scenes": [] }])
        })
        .once(),
        Feed::json("zigbee2mqtt/bridge/logging", |m| {
            json!({
                "level": "info", "message": format!("zhc: configured attempt {}", m.count + 1),
                "namespace": "zhc"
            })
        })
        .every(20.0),
    ]
}

fn devices(seed: Seed) -> Vec<Feed> {
    let (door, plug) = (
        seed.of("door").toggle(0.8, 20.0),
        seed.of("plug").walk(390.0, 440.0, 10.0),
    );
    let (lux, gate) = (
        seed.of("lux").walk(120.0, 640.0, 90.0),
        seed.of("gate").toggle(0.9, 60.0),
    );
    vec![
        Feed::json("zigbee2mqtt/dock-door", move |m| {
            json!({ "contact": door.is_on(m.elapsed), "battery": 91, "linkquality": 118, "voltage": 3015 })
        })
        .on_change(),
        Feed::json("zigbee2mqtt/plug-07", move |m| {
            let power = plug.rounded(m.elapsed, 1);
            json!({
                "power": power, "state": "ON", "voltage": 231.2,
                "current": round(power / 231.2, 2)
            })
        })
        .every(1.0)
        .retained(),
        Feed::json("zigbee2mqtt/hall-2-lux", move |m| json!({
            "illuminance": lux.whole(m.elapsed), "linkquality": 87
        }))
            .every(5.0)
            .retained(),
        Feed::json("zigbee2mqtt/gate-3", |_| json!({ "action": null, "linkquality": 51 })).every(15.0),
        Feed::json("zigbee2mqtt/gate-3/availability", move |m| {
            json!({ "state": if gate.is_on(m.elapsed) { "online" } else { "offline" } })
        })
        .on_change()
        .at_least_once(),
    ]
}

fn device((name, model, address): &(&str, &str, &str)) -> Value {
    let exposes: Vec<Value> = ["battery", "voltage", "linkquality"]
        .map(|property| {
            json!({
                "access": 1, "category": "diagnostic", "name": property, "label": property,
                "property": property, "type": "numeric",
                "description": format!("The device's {property}; it may take 24 hours until it is reported"),
            })
        })
        .to_vec();
    json!({
        "ieee_address": address, "friendly_name": name, "type": "EndDevice",
        "network_address": 4096 + address.len() * name.len(),
        "supported": true, "disabled": false, "interview_completed": true, "power_source": "Battery",
        "software_build_id": "3000-0001",
        "definition": {
            "model": model, "vendor": "Aqara", "supports_ota": false, "exposes": exposes, "options": []
        },
        "endpoints": {
            "1": {
                "bindings": [],
                "clusters": { "input": ["genBasic", "genPowerCfg", "genOnOff"], "output": ["genIdentify"] },
                "scenes": []
            }
        },
    })
}

/// The bridge's own description, with the schema of its settings as the real one carries it.
fn info() -> Value {
    let settings: serde_json::Map<String, Value> = [
        "permit_join",
        "availability",
        "external_converters",
        "mqtt",
        "serial",
        "advanced",
        "ota",
        "frontend",
        "device_options",
        "groups",
    ]
    .into_iter()
    .map(|name| {
        let schema = json!({
            "title": name, "type": "object", "requiresRestart": true,
            "description": format!("Settings of {name}"),
            "properties": {
                "enabled": { "type": "boolean", "default": true },
                "timeout": { "type": "number", "minimum": 0, "default": 10 }
            },
        });
        (name.to_owned(), schema)
    })
    .collect();
    json!({
        "version": "2.1.1", "commit": "5c7b9e1", "log_level": "info", "permit_join": false,
        "restart_required": false,
        "coordinator": {
            "ieee_address": "0x00124b0024c1a5d8", "type": "zStack3x0",
            "meta": { "revision": 20_240_710, "maintrel": 1, "product": 1 }
        },
        "network": { "channel": 15, "pan_id": 6754, "extended_pan_id": "0xdddddddddddddddd" },
        "config": {
            "mqtt": { "base_topic": "zigbee2mqtt", "server": "mqtt://localhost", "version": 5 },
            "homeassistant": { "enabled": true }
        },
        "config_schema": { "type": "object", "properties": settings },
    })
}
