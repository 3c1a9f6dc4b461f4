//! Home automation: discovery for Home Assistant, and two Tasmota plugs, one of them long gone.

use serde_json::json;

use crate::feed::Feed;
use crate::signal::{Seed, round};

pub fn feeds(seed: Seed) -> Vec<Feed> {
    let mut feeds = discovery();
    feeds.extend(tasmota(seed));
    feeds
}

fn discovery() -> Vec<Feed> {
    let press = json!({
        "identifiers": ["press04"], "name": "Press 04", "manufacturer": "Plant 7",
        "sw_version": "2.14.0-rc.3"
    });
    let door = json!({
        "identifiers": ["zigbee2mqtt_0x00158d0003a1"], "name": "Dock door", "model": "Contact sensor",
        "via_device": "zigbee2mqtt_bridge"
    });
    let config = |path: &str, config: serde_json::Value| {
        Feed::fixed(format!("homeassistant/{path}/config"), config.to_string()).at_least_once()
    };
    vec![
        config(
            "sensor/press04_force",
            json!({
                "name": "Press 04 force", "unique_id": "press04_force",
                "state_topic": "factory/line-2/press-04/telemetry",
                "value_template": "{{ value_json.force_kn }}", "unit_of_measurement": "kN",
                "state_class": "measurement", "device": press,
            }),
        ),
        config(
            "sensor/press04_oil_temp",
            json!({
                "name": "Press 04 oil", "unique_id": "press04_oil",
                "state_topic": "factory/line-2/press-04/oil_temp",
                "unit_of_measurement": "°C", "device_class": "temperature", "device": press,
            }),
        ),
        config(
            "binary_sensor/0x00158d0003a1",
            json!({
                "name": "Dock door", "device_class": "door", "state_topic": "zigbee2mqtt/dock-door",
                "payload_on": true,
                "payload_off": false, "value_template": "{{ value_json.contact }}",
                "availability": [{ "topic": "zigbee2mqtt/bridge/state" }], "device": door,
            }),
        ),
        config(
            "sensor/0x00158d0003a1/battery",
            json!({
                "name": "Dock door battery", "unit_of_measurement": "%", "device_class": "battery",
                "state_topic": "zigbee2mqtt/dock-door",
                "value_template": "{{ value_json.battery }}", "entity_category": "diagnostic", "device": door,
            }),
        ),
        config(
            "switch/plug-07",
            json!({
                "name": "Plug 07", "command_topic": "zigbee2mqtt/plug-07/set",
                "state_topic": "zigbee2mqtt/plug-07",
                "payload_on": "ON", "payload_off": "OFF", "value_template": "{{ value_json.state }}",
                "optimistic": false,
            }),
        ),
        config(
            "climate/ahu-1",
            json!({
                "name": "AHU 1", "modes": ["off", "heat", "cool", "auto"],
                "current_temperature_topic": "building/b2/hvac/ahu-1/supply_temp",
                "min_temp": 16, "max_temp": 26, "temp_step": 0.5,
            }),
        ),
        Feed::fixed("homeassistant/status", "online"),
    ]
}

fn tasmota(seed: Seed) -> Vec<Feed> {
    let seed = seed.of("tasmota");
    let power = seed.of("power").walk(3.0, 71.0, 12.0);
    let total = seed.of("total").counter(1_204_118, 20.0);
    vec![
        // The last will of a plug that was taken away and never came back.
        Feed::fixed("tele/tasmota_4C1F/LWT", "Offline").at_least_once(),
        Feed::fixed("tele/tasmota_7A20/LWT", "Online").at_least_once(),
        Feed::json("tele/tasmota_7A20/STATE", |m| {
            json!({
                "Time": m.iso(), "UptimeSec": 430_912 + m.elapsed.as_secs(), "Heap": 26,
                "SleepMode": "Dynamic", "LoadAvg": 19,
                "POWER": "ON",
                "Wifi": { "AP": 1, "SSId": "plant7-iot", "RSSI": 74, "Signal": -63, "LinkCount": 3 },
            })
        })
        .every(10.0),
        Feed::json("tele/tasmota_7A20/SENSOR", move |m| {
            let watts = power.rounded(m.elapsed, 1);
            json!({
                "Time": m.iso(),
                "ENERGY": {
                    "Total": total.at(m.elapsed) / 1000.0, "Power": watts, "Voltage": 231,
                    "Current": round(watts / 231.0, 3)
                },
            })
        })
        .every(5.0),
        Feed::json("tele/tasmota_7A20/UPTIME", |m| {
            json!({
                "Uptime": format!("4T23:{:02}:11", m.elapsed.as_secs() / 60 % 60)
            })
        })
        .every(20.0),
        Feed::json("tele/tasmota_7A20/INFO1", |_| {
            let fallback = "cmnd/DVES_7A20_fb/";
            json!({ "Info1": { "Module": "Plug", "Version": "13.4.0(tasmota)", "FallbackTopic": fallback } })
        })
        .once(),
        Feed::fixed("stat/tasmota_7A20/POWER", "ON"),
    ]
}
