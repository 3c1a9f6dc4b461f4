//! The demonstration seen from outside, by the clients of mosquitto: what it publishes and retains,
//! what it answers, and that it is gone after its shutdown.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeSet, HashMap};
use std::io::{ErrorKind, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};

use treetop_demo::{Demo, DemoError, DemoOptions};

/// Fast enough that every topic has spoken again after a second.
const FAST: DemoOptions = DemoOptions {
    port: None,
    seed: 7,
    pace: 40.0,
};

/// Runs one of mosquitto's clients against `demo` until it ends by itself; `-W` is only a guard.
async fn client(demo: &Demo, program: &'static str, arguments: &[&str]) -> Output {
    let port = demo.address().port().to_string();
    let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    let run = move || {
        Command::new(program)
            .args(["-h", "127.0.0.1", "-p", &port, "-V", "mqttv5", "-W", "60"])
            .args(arguments)
            .output()
            .unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    assert!(
        output.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8(output.stdout.clone())
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// The one message of `topic`, in the given format of mosquitto_sub.
async fn message(demo: &Demo, topic: &str, format: &str) -> Vec<u8> {
    client(
        demo,
        "mosquitto_sub",
        &["-t", topic, "-C", "1", "-N", "-F", format],
    )
    .await
    .stdout
}

async fn text(demo: &Demo, topic: &str, format: &str) -> String {
    String::from_utf8(message(demo, topic, format).await).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn listens_on_loopback_alone() {
    let demo = Demo::start(DemoOptions::default()).await.unwrap();
    let address = demo.address();
    assert_eq!(address.ip(), Ipv4Addr::LOCALHOST);
    TcpStream::connect(address).unwrap();
    // 127.0.0.2 is the same computer at another address: a listener on all addresses would answer.
    let other = SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), address.port()));
    assert_eq!(
        TcpStream::connect(other).unwrap_err().kind(),
        ErrorKind::ConnectionRefused
    );
    demo.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_sees_about_240_topics() {
    let demo = Demo::start(FAST).await.unwrap();
    let output = client(&demo, "mosquitto_sub", &["-t", "#", "-C", "20000", "-F", "%t"]).await;
    let topics: BTreeSet<String> = lines(&output).into_iter().collect();
    assert!((220..=260).contains(&topics.len()), "{} topics", topics.len());

    let has = |test: fn(&str) -> bool| topics.iter().any(|topic| test(topic));
    assert!(has(|topic| topic.split('/').count() >= 12), "a deep topic");
    assert!(
        has(|topic| topic.split('/').any(|level| level.len() >= 60)),
        "a long segment"
    );
    assert!(has(|topic| topic.contains("//")), "an empty level");
    assert!(has(|topic| topic.contains(' ')), "a space");
    for topic in [
        "factory/line-2/press-04/telemetry",
        "spBv1.0/Plant7/NBIRTH/edge-02",
        "spBv1.0/Plant7/DBIRTH/edge-02/filler",
        "spBv1.0/Plant7/DDATA/edge-02/filler",
        "창원/2공장/라인-1/온도",
    ] {
        assert!(topics.contains(topic), "{topic} is missing");
    }
    demo.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_retained_is_there_at_once() {
    let demo = Demo::start(DemoOptions::default()).await.unwrap();
    let expected = [
        (
            "factory/line-2/press-04/cmd",
            r#"1 {"cmd":"set_force","target_kn":615}"#,
        ),
        ("factory/line-1/status", "1 online"),
        ("tele/tasmota_4C1F/LWT", "1 Offline"),
        ("zigbee2mqtt/bridge/state", r#"1 {"state":"online"}"#),
    ];
    for (topic, payload) in expected {
        assert_eq!(text(&demo, topic, "%r %p").await, payload, "{topic}");
    }
    let event = text(&demo, "factory/line-2/events/door", "%r %p").await;
    assert!(event.starts_with(r#"1 {"event":"opened","at":"20"#), "{event}");
    assert!(message(&demo, "zigbee2mqtt/bridge/info", "%p").await.len() > 2_000);
    assert_eq!(
        text(&demo, "homeassistant/sensor/press04_force/config", "%r").await,
        "1"
    );
    demo.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn payloads_are_what_their_content_type_says() {
    let demo = Demo::start(FAST).await.unwrap();

    assert_eq!(
        text(&demo, "factory/line-2/press-04/recipe", "%C").await,
        "application/cbor"
    );
    let recipe = message(&demo, "factory/line-2/press-04/recipe", "%p").await;
    let recipe: ciborium::Value = ciborium::from_reader(recipe.as_slice()).unwrap();
    let first = recipe.as_map().unwrap()[0].clone();
    assert_eq!(first, ("name".into(), "T-118".into()));

    assert_eq!(
        text(&demo, "factory/line-2/robot-a/frame", "%C").await,
        "application/msgpack"
    );
    let frame = message(&demo, "factory/line-2/robot-a/frame", "%p").await;
    let frame = rmpv::decode::read_value(&mut frame.as_slice()).unwrap();
    assert_eq!(frame["joints"].as_array().unwrap().len(), 6);

    assert_eq!(text(&demo, "factory/line-3/camera/last", "%C").await, "image/png");
    let picture = message(&demo, "factory/line-3/camera/last", "%p").await;
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n") && picture.ends_with(b"IEND\xae\x42\x60\x82"));

    let telemetry = message(&demo, "factory/line-2/press-04/telemetry", "%p").await;
    let telemetry: serde_json::Value = serde_json::from_slice(&telemetry).unwrap();
    assert!(telemetry["vibration"]["x"].is_number() && telemetry["tool"]["id"].is_string());
    assert_eq!(
        telemetry["ok"],
        telemetry["alarms"].as_array().unwrap().is_empty()
    );
    demo.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn telemetry_carries_mqtt_5_properties_in_order() {
    let demo = Demo::start(DemoOptions::default()).await.unwrap();
    let properties = text(&demo, "factory/line-2/press-04/telemetry", "%C|%F|%R|%P").await;
    assert_eq!(
        properties,
        "application/json|1|factory/line-2/press-04/ack|schema:press.telemetry/3 site:창원 2공장 \
         fw:2.14.0-rc.3 site:hall-2"
    );
    let correlation = message(&demo, "factory/line-2/press-04/telemetry", "%D").await;
    assert_eq!(correlation, b"\x9f\x3c\x11\xa2\x7e\x04");
    let expiry: u32 = text(&demo, "factory/line-2/press-04/telemetry", "%E")
        .await
        .parse()
        .unwrap();
    assert!((1..=600).contains(&expiry), "expires in {expiry} s");
    demo.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_broker_counts_what_the_plant_publishes() {
    let demo = Demo::start(FAST).await.unwrap();
    // The first report may be older than the plant, the second cannot be.
    let topic = "$SYS/broker/messages/publish/received";
    let reports = lines(&client(&demo, "mosquitto_sub", &["-t", topic, "-C", "2"]).await);
    let counted: u64 = reports[1].parse().unwrap();
    assert!(counted >= 220, "{counted} messages counted");
    demo.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_move() {
    let demo = Demo::start(FAST).await.unwrap();
    let topic = "factory/line-2/press-04/force_kn";
    let values = lines(&client(&demo, "mosquitto_sub", &["-t", topic, "-C", "100"]).await);
    let values: Vec<f64> = values.iter().map(|value| value.parse().unwrap()).collect();
    let different: BTreeSet<String> = values.iter().map(|value| format!("{value}")).collect();
    assert!(different.len() > 10, "{different:?}");
    assert!(
        values.iter().all(|value| (500.0..700.0).contains(value)),
        "{values:?}"
    );
    demo.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_answered_with_its_correlation_data() {
    let demo = Demo::start(DemoOptions::default()).await.unwrap();
    let ask = async |machine: &str, correlation: &str| {
        let topic = format!("{machine}/cmd/get_status");
        let format = "%t|%D|%P|%p";
        let ask = ["-t", &topic, "-e", "answers/7", "-m", "{}", "-F", format];
        let with = ["-D", "publish", "correlation-data", correlation];
        let output = client(&demo, "mosquitto_rr", &[&ask[..], &with[..]].concat()).await;
        lines(&output).remove(0)
    };

    for machine in [
        "factory/line-2/press-04",
        "factory/line-1/conveyor-in",
        "factory/line-3/robot-a",
    ] {
        let answer = ask(machine, machine).await;
        let (head, status) = answer.split_at(answer.find('{').unwrap());
        assert_eq!(head, format!("answers/7|{machine}|status:200|"));
        let status: HashMap<String, serde_json::Value> = serde_json::from_str(status).unwrap();
        assert_eq!(status["machine"], machine);
        assert!(status["state"].is_string());
    }
    let unknown = ask("factory/line-9/press-99", "q").await;
    assert!(unknown.starts_with("answers/7|q|status:404|"), "{unknown}");
    demo.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_shutdown_the_port_refuses_and_is_free_again() {
    let demo = Demo::start(FAST).await.unwrap();
    let address = demo.address();
    // A client that is still connected must not hold the shutdown up.
    let mut connected = Command::new("mosquitto_sub")
        .args([
            "-h",
            "127.0.0.1",
            "-p",
            &address.port().to_string(),
            "-t",
            "factory/#",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    connected.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    demo.shutdown().await;
    assert_eq!(
        TcpStream::connect(address).unwrap_err().kind(),
        ErrorKind::ConnectionRefused
    );

    let options = DemoOptions {
        port: Some(address.port()),
        ..FAST
    };
    let again = Demo::start(options).await.unwrap();
    assert_eq!(again.address(), address);
    again.shutdown().await;
    connected.kill().unwrap();
    connected.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_demo_stops_too() {
    let demo = Demo::start(FAST).await.unwrap();
    let address = demo.address();
    drop(demo);
    // Nothing announces the end of a dropped one; the guard against waiting for ever is the runner's.
    while TcpStream::connect(address).is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_demos_live_side_by_side() {
    let one = Demo::start(DemoOptions::default()).await.unwrap();
    let two = Demo::start(DemoOptions {
        seed: 8,
        ..DemoOptions::default()
    })
    .await
    .unwrap();
    assert_ne!(one.address(), two.address());
    one.shutdown().await;
    assert_eq!(text(&two, "factory/line-2/status", "%p").await, "online");
    two.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_and_a_useless_pace_are_refused() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let refused = Demo::start(DemoOptions {
        port: Some(port),
        ..FAST
    })
    .await
    .err()
    .unwrap();
    let DemoError::Port { port: named, source } = refused else {
        panic!("{refused}")
    };
    assert_eq!((named, source.kind()), (port, ErrorKind::AddrInUse));

    for pace in [0.0, -1.0, 1e300, f64::NAN, f64::INFINITY] {
        let refused = Demo::start(DemoOptions { pace, ..FAST }).await.err().unwrap();
        assert!(matches!(refused, DemoError::Pace(_)), "{pace}");
    }
}
