//! A bad line between the window and its broker: whatever it does, the connection comes back and what
//! the broker had for it arrives.

use std::time::Duration;

use treetop_api::types::connection::Profile;
use treetop_api::types::session::{Failure, Phase};
use treetop_tests::proxy::{Direction, Line};
use treetop_tests::{Clients, Mosquitto, Proxy};

use crate::house::House;

/// A session that the broker keeps, so that it holds messages back while the line is down.
fn kept(profile: &mut Profile) {
    profile.clean_start = false;
    profile.session_expiry_secs = 600;
    profile.keep_alive_secs = 5;
    profile.first_retry_secs = 1;
    profile.longest_retry_secs = 1;
    profile.subscriptions.truncate(1);
    for subscription in &mut profile.subscriptions {
        subscription.filter = "line/#".into();
        subscription.qos = 1;
    }
}

struct Place {
    house: House,
    broker: Mosquitto,
    proxy: Proxy,
    clients: Clients,
    id: String,
}

async fn place() -> Place {
    let broker = Mosquitto::builder()
        .persistent()
        .unlimited_queues()
        .start()
        .await
        .unwrap();
    let proxy = Proxy::start(broker.port()).await.unwrap();
    let house = House::new().await;
    let id = house.saved(proxy.port(), kept).await;
    house.api.connection_connect(id.clone()).await.unwrap();
    house.until_connected(&id).await;
    let clients = Clients::new(broker.port());
    Place {
        house,
        broker,
        proxy,
        clients,
        id,
    }
}

impl Place {
    /// Spoils the line until the connection is lost, publishes meanwhile, repairs it, and has the message.
    async fn survives(&self, name: &str, spoil: impl FnOnce(&Proxy), repair: impl FnOnce(&Proxy)) {
        let topic = format!("line/{name}");
        spoil(&self.proxy);
        self.house
            .until_status(&self.id, |status| {
                !matches!(status.phase, Phase::Connected { .. })
            })
            .await;
        self.clients.publish(&topic, b"held", &["-q", "1"]).await.unwrap();
        repair(&self.proxy);
        self.house.until_stored(&self.id, &topic, 1.0).await;
        self.house.until_connected(&self.id).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_of_any_sort_is_survived() {
    let place = place().await;
    let clear = |proxy: &Proxy| proxy.set(Line::Clear);
    let down = |proxy: &Proxy| proxy.set(Line::HangingUp);
    let close = |proxy: &Proxy| {
        down(proxy);
        proxy.close();
    };
    place.survives("closed", close, clear).await;
    let reset = |proxy: &Proxy| {
        down(proxy);
        proxy.reset();
    };
    place.survives("reset", reset, clear).await;
    // The client is told nothing: only the missing PINGRESP says that the broker is gone.
    let half_open = |proxy: &Proxy| {
        down(proxy);
        proxy.half_open();
    };
    place.survives("half-open", half_open, clear).await;
    for direction in [Direction::ToClient, Direction::ToBroker] {
        let truncate = |proxy: &Proxy| proxy.set(Line::Truncated { direction, after: 1 });
        place
            .survives(&format!("truncated-{direction:?}"), truncate, clear)
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_survived() {
    let place = place().await;
    let clear = |proxy: &Proxy| proxy.set(Line::Clear);
    place
        .survives("stalled", |proxy| proxy.set(Line::Stalled), clear)
        .await;
    let one_way = Line::StalledOneWay(Direction::ToClient);
    place
        .survives("stalled-one-way", |proxy| proxy.set(one_way), clear)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_line_is_slow_and_nothing_else() {
    let place = place().await;
    place.proxy.set(Line::Slow {
        bytes_per_second: 2_000,
    });
    let payload = vec![b'x'; 4_000];
    place
        .clients
        .publish("line/slow", &payload, &["-q", "1"])
        .await
        .unwrap();
    let message = place.house.until_stored(&place.id, "line/slow", 1.0).await;
    let info = place
        .house
        .api
        .message_info(place.id.clone(), message)
        .await
        .unwrap();
    assert_eq!(info.size, 4_000.0);
    let status = place.house.api.status(place.id.clone(), 0.0).await.unwrap();
    assert!(
        matches!(status.phase, Phase::Connected { .. }),
        "{:?}",
        status.phase
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_broker_that_saved_before_gives_what_it_held() {
    let mut place = place().await;
    place.proxy.set(Line::HangingUp);
    place.proxy.reset();
    place
        .house
        .until_status(&place.id, |status| matches!(status.phase, Phase::Waiting { .. }))
        .await;
    place
        .clients
        .publish("line/killed", b"held", &["-q", "1"])
        .await
        .unwrap();
    place.broker.save().await.unwrap();
    place.broker.kill();
    place.proxy.set(Line::Clear);
    // The port is closed: the proxy hangs up, as nobody is behind it.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let status = place.house.api.status(place.id.clone(), 0.0).await.unwrap();
    assert!(
        !matches!(status.phase, Phase::Connected { .. }),
        "{:?}",
        status.phase
    );
    place.broker.restart().await.unwrap();
    place.house.until_stored(&place.id, "line/killed", 1.0).await;
    let status = place.house.until_connected(&place.id).await;
    assert!(matches!(
        status.phase,
        Phase::Connected {
            session_present: true,
            ..
        }
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_port_is_named_and_tried_again() {
    let mut broker = Mosquitto::start().await.unwrap();
    let house = House::new().await;
    let id = house.saved(broker.port(), kept).await;
    broker.kill();
    house.api.connection_connect(id.clone()).await.unwrap();
    let status = house
        .until_status(&id, |status| matches!(status.phase, Phase::Waiting { .. }))
        .await;
    let Phase::Waiting {
        failure: Failure::Tcp { address, .. },
        ..
    } = status.phase
    else {
        panic!("{:?}", status.phase)
    };
    assert!(address.ends_with(&format!(":{}", broker.port())), "{address}");
    broker.restart().await.unwrap();
    house.until_connected(&id).await;
}
