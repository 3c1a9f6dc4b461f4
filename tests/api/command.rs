//! A message as a call of `mosquitto_pub`, run by a real shell.

use std::process::Stdio;

use tokio::process::Command;
use treetop_api::types::payload::CommandNote;

use crate::house::{House, until};
use crate::payload::{stored, stretch};

#[tokio::test(flavor = "multi_thread")]
async fn the_copied_command_publishes_the_same_message() {
    let (house, _broker, clients, id) = House::connected().await;
    let payloads: [&[u8]; 9] = [
        b"plain",
        b"it's \"quoted\" `id` $HOME $(id) \\n \\ ! * ? ~ # ; & | < >",
        b"two\nlines\n\n",
        b"NUL \0 inside",
        b"\xff\xfe\x00%d %s \\ 7'\"\x01\x0a",
        "가나다 \u{202e} é".as_bytes(),
        b"-m -t -h",
        b"",
        b"{\"a\": [1, 2.50]}",
    ];
    let properties = [
        "-q",
        "2",
        "-r",
        "-D",
        "publish",
        "content-type",
        "it's; text",
        "-D",
        "publish",
        "response-topic",
        "reply/it's here",
        "-D",
        "publish",
        "correlation-data",
        "c 'x' $y",
        "-D",
        "publish",
        "message-expiry-interval",
        "600",
        "-D",
        "publish",
        "payload-format-indicator",
        "0",
        "-D",
        "publish",
        "user-property",
        "it's",
        "a \"b\" `c`",
        "-D",
        "publish",
        "user-property",
        "it's",
        "again",
    ];
    for (at, payload) in payloads.into_iter().enumerate() {
        let topic = format!("it's/$(n)/{at} \"é\"");
        clients.publish(&topic, payload, &properties).await.unwrap();
        let first = house.until_stored(&id, &topic, 1.0).await;
        let command = house.api.message_command(id.clone(), first).await.unwrap();
        assert_eq!(command.notes, [], "{}", command.text);
        let output = Command::new("sh")
            .arg("-c")
            .arg(&command.text)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        assert!(
            output.status.success(),
            "{}\n{}",
            command.text,
            String::from_utf8_lossy(&output.stderr)
        );
        let second = house.until_stored(&id, &topic, 2.0).await;
        let (mut was, mut is) = (
            house.api.message_info(id.clone(), first).await.unwrap(),
            house.api.message_info(id.clone(), second).await.unwrap(),
        );
        for info in [&mut was, &mut is] {
            (info.id, info.received) = (0.0, 0.0);
            assert!(info.properties.expiry_secs.take().is_some_and(|left| left > 500));
        }
        assert_eq!(was, is, "{}", command.text);
        let bytes = house
            .api
            .payload_bytes(id.clone(), second, stretch(0.0, 1000, false, None))
            .await
            .unwrap();
        let expected: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(bytes.hex, expected, "{}", command.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_says_what_it_leaves_out_and_never_holds_a_password() {
    let (house, broker, clients, _) = House::connected().await;
    let id = house
        .saved(broker.port(), |profile| {
            profile.username = "ann o'neil".into();
        })
        .await;
    house.api.connection_connect(id.clone()).await.unwrap();
    house.until_connected(&id).await;
    let mut profile = house.api.profile(id.clone()).await.unwrap().profile;
    let message = stored(&house, &clients, &id, "large", &vec![b'x'; 70_000]).await;
    let command = house.api.message_command(id.clone(), message).await.unwrap();
    assert_eq!(
        command.notes,
        [CommandNote::File {
            name: "payload.bin".into()
        }]
    );
    assert!(command.text.contains(r"-u 'ann o'\''neil'") && command.text.ends_with("-f payload.bin"));

    profile.transport = treetop_api::types::connection::Transport::Mqtts;
    profile.ca_file = Some("/etc/it's a ca.pem".into());
    profile.check_host_name = false;
    profile.alpn = "mqtt".into();
    let secrets = treetop_api::types::connection::SecretChanges {
        sign_in: treetop_api::types::connection::PasswordChange::Set {
            password: "hush-hush".into(),
        },
        ..Default::default()
    };
    house.api.profile_save(profile, secrets).await.unwrap();
    let command = until(async || {
        let command = house.api.message_command(id.clone(), message).await.unwrap();
        command.notes.contains(&CommandNote::Password).then_some(command)
    })
    .await;
    assert!(
        command
            .text
            .contains(r"--cafile '/etc/it'\''s a ca.pem' --tls-alpn mqtt --insecure"),
        "{}",
        command.text
    );
    assert!(!command.text.contains("hush"));
}
