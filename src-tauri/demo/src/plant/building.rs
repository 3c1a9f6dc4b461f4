//! The building: air handling, rooms, meters, doors. Slow values in many spellings.

use serde_json::json;

use crate::feed::Feed;
use crate::signal::Seed;

const ROOMS: [&str; 4] = ["office-201", "lab", "server-room", "meeting-3"];

pub fn feeds(seed: Seed) -> Vec<Feed> {
    let seed = seed.of("building");
    let mut feeds = Vec::new();
    feeds.extend(
        ["ahu-1", "ahu-2"]
            .into_iter()
            .flat_map(|unit| air_handling(seed, unit)),
    );
    feeds.extend(ROOMS.into_iter().flat_map(|room| room_feeds(seed, room)));
    feeds.extend(utilities(seed));
    feeds
}

fn air_handling(seed: Seed, unit: &str) -> Vec<Feed> {
    let base = format!("building/b2/hvac/{unit}");
    let seed = seed.of(unit);
    let supply = seed.of("supply").walk(17.5, 20.8, 120.0);
    let back = seed.of("return").walk(21.0, 24.5, 150.0);
    let fan = seed.of("fan").walk(0.45, 0.8, 60.0);
    let dirty = seed.of("filter").counter(131, 45.0);
    let heating = seed.of("heating").toggle(0.4, 60.0);
    vec![
        Feed::json(format!("{base}/state"), move |m| {
            let t = m.elapsed;
            json!({
                "supply": { "temp_c": supply.rounded(t, 2), "rh_pct": 44 },
                "return": { "temp_c": back.rounded(t, 2), "rh_pct": 51 },
                "fan": { "ratio": fan.rounded(t, 2), "rpm": (fan.at(t) * 1450.0) as u64 },
                "valves": [
                    { "id": "h1", "open": heating.is_on(t) }, { "id": "c1", "open": !heating.is_on(t) }
                ],
                "filter_dp_pa": dirty.whole(t),
            })
        })
        .every(4.0)
        .retained()
        .at_least_once()
        .declared_json(),
        Feed::fixed(
            format!("{base}/config"),
            json!({
                "setpoint_c": 18.5, "mode": "eco", "fan": { "min": 0.3, "max": 0.9 },
                "schedule": [
                    { "days": "mon-fri", "from": "06:00", "to": "19:30" },
                    { "days": "sat", "from": "08:00", "to": "13:00" }
                ],
            })
            .to_string(),
        )
        .at_least_once(),
        Feed::quantity(format!("{base}/supply_temp"), supply, 1, " °C").every(3.0),
        Feed::quantity(format!("{base}/fan"), fan, 2, "").every(3.0),
        Feed::text(format!("{base}/heating"), move |m| {
            if heating.is_on(m.elapsed) { "on" } else { "off" }
        })
        .on_change(),
    ]
}

fn room_feeds(seed: Seed, room: &str) -> Vec<Feed> {
    let base = format!("building/b2/room/{room}");
    let seed = seed.of(room);
    let (temperature, humidity) = (
        seed.of("t").walk(19.8, 24.6, 300.0),
        seed.of("h").walk(34.0, 58.0, 300.0),
    );
    let co2 = seed.of("co2").walk(420.0, 1150.0, 200.0);
    let light = seed.of("light").toggle(0.5, 90.0);
    vec![
        Feed::quantity(format!("{base}/temperature"), temperature, 1, " °C")
            .every(5.0)
            .retained(),
        Feed::quantity(format!("{base}/humidity"), humidity, 0, "%").every(5.0),
        Feed::json(
            format!("{base}/air"),
            move |m| json!({ "co2_ppm": co2.whole(m.elapsed), "voc_ppb": 80 + co2.whole(m.elapsed) / 9 }),
        )
        .every(5.0),
        Feed::text(format!("{base}/light"), move |m| light.is_on(m.elapsed)).on_change(),
    ]
}

fn utilities(seed: Seed) -> Vec<Feed> {
    let power = seed.of("power").walk(180.0, 310.0, 40.0);
    let voltages = ["l1", "l2", "l3"].map(|phase| seed.of(phase).walk(228.5, 233.5, 15.0));
    let (water, outside) = (
        seed.of("water").counter(48_211, 6.0),
        seed.of("outside").walk(-3.5, 9.0, 600.0),
    );
    let (door, lift) = (
        seed.of("door").toggle(0.2, 25.0),
        seed.of("lift").walk(0.0, 5.0, 20.0),
    );
    vec![
        Feed::number("building/b2/meter/power_kw", power, 1).every(1.0),
        Feed::json("building/b2/meter/voltage", move |m| {
            let [l1, l2, l3] = voltages.map(|phase| phase.rounded(m.elapsed, 1));
            json!({ "l1": l1, "l2": l2, "l3": l3, "unit": "V" })
        })
        .every(1.0),
        Feed::quantity("building/b2/meter/water", water, 0, " m³")
            .every(6.0)
            .retained(),
        // A decimal comma, as some German devices write it.
        Feed::text("building/b2/weather/outside", move |m| {
            format!("{:.1}", outside.rounded(m.elapsed, 1)).replace('.', ",")
        })
        .every(5.0),
        Feed::json(
            "building/b2/door",
            move |m| json!({ "open": door.is_on(m.elapsed) }),
        )
        .on_change(),
        Feed::json("building/b2/lift/1", move |m| {
            json!({
                "floor": lift.whole(m.elapsed), "direction": if m.count % 4 < 2 { "up" } else { "down" },
                "load_kg": null
            })
        })
        .every(2.0),
        Feed::fixed("building/b2/fire/panel", "ok").at_least_once(),
    ]
}
