//! One topic of the plant: its name, its properties, how often it speaks and what it says.
//!
//! A feed makes packets; it neither waits nor sends.

use std::time::Duration;

use bytes::Bytes;
use mqtt5::QoS;
use mqtt5::packet::publish::PublishPacket;
use serde_json::Value;

use crate::broker::Inlet;
use crate::moment::Moment;
use crate::signal::{Seed, Signal};

type Voice = Box<dyn FnMut(&Moment) -> Bytes + Send>;

/// One topic and what it says over time.
pub struct Feed {
    packet: PublishPacket,
    voice: Voice,
    rhythm: Rhythm,
    phase: f64,
    count: u64,
}

enum Rhythm {
    /// Speaks when the plant opens and never again.
    Once,
    /// Speaks at each tick.
    Every(Duration),
    /// Looks at each tick and speaks when there is something new.
    Changes(Duration),
}

impl Feed {
    /// Bytes as they are, every two seconds unless told otherwise.
    pub fn bytes<B: Into<Bytes>>(
        topic: impl Into<String>,
        mut say: impl FnMut(&Moment) -> B + Send + 'static,
    ) -> Feed {
        let topic = topic.into();
        Feed {
            // Ticks of equal feeds are spread over their period by the name of the topic.
            phase: Seed(0).of(&topic).unit(0),
            packet: PublishPacket::new(topic, Bytes::new(), QoS::AtMostOnce),
            voice: Box::new(move |moment| say(moment).into()),
            rhythm: Rhythm::Every(Duration::from_secs(2)),
            count: 0,
        }
    }

    /// A JSON value, compact.
    pub fn json(topic: impl Into<String>, mut say: impl FnMut(&Moment) -> Value + Send + 'static) -> Feed {
        Feed::bytes(topic, move |moment| say(moment).to_string())
    }

    /// Text made anew each time.
    pub fn text<T: ToString>(
        topic: impl Into<String>,
        mut say: impl FnMut(&Moment) -> T + Send + 'static,
    ) -> Feed {
        Feed::bytes(topic, move |moment| say(moment).to_string())
    }

    /// A plain number with `decimals` places: `61.4`.
    pub fn number(topic: impl Into<String>, signal: Signal, decimals: u8) -> Feed {
        Feed::quantity(topic, signal, decimals, "")
    }

    /// A number with `decimals` places and its unit behind it: `20.4 °C`.
    pub fn quantity(topic: impl Into<String>, signal: Signal, decimals: u8, unit: &'static str) -> Feed {
        Feed::text(topic, move |m| {
            let places = usize::from(decimals);
            format!("{:.places$}{unit}", signal.rounded(m.elapsed, decimals))
        })
    }

    /// Something retained that is said once, when the plant opens.
    pub fn fixed(topic: impl Into<String>, payload: impl Into<Bytes>) -> Feed {
        let payload = payload.into();
        Feed::bytes(topic, move |_| payload.clone()).once()
    }

    /// Retained, said once.
    pub fn once(mut self) -> Feed {
        self.rhythm = Rhythm::Once;
        self.retained()
    }

    /// Speaks every `seconds` of the plant's time.
    pub fn every(mut self, seconds: f64) -> Feed {
        self.rhythm = Rhythm::Every(Duration::from_secs_f64(seconds));
        self
    }

    /// Retained, spoken only when the payload is new; looked at once a second.
    pub fn on_change(mut self) -> Feed {
        self.rhythm = Rhythm::Changes(Duration::from_secs(1));
        self.retained()
    }

    /// Places the ticks within the period (0 to 1). Feeds with equal period and phase speak in the
    /// order of the table.
    pub fn phase(mut self, phase: f64) -> Feed {
        self.phase = phase;
        self
    }

    pub fn retained(mut self) -> Feed {
        self.packet.retain = true;
        self
    }

    pub fn at_least_once(mut self) -> Feed {
        self.packet.qos = QoS::AtLeastOnce;
        self
    }

    pub fn exactly_once(mut self) -> Feed {
        self.packet.qos = QoS::ExactlyOnce;
        self
    }

    /// Content Type, MQTT 5 section 3.3.2.3.9.
    pub fn content_type(mut self, media: &str) -> Feed {
        self.packet.properties.set_content_type(media.to_owned());
        self
    }

    /// Content type `application/json` and the payload format indicator for UTF-8, section 3.3.2.3.2.
    pub fn declared_json(mut self) -> Feed {
        self.packet.properties.set_payload_format_indicator(true);
        self.content_type("application/json")
    }

    /// Message Expiry Interval in seconds, section 3.3.2.3.3.
    pub fn expires(mut self, seconds: u32) -> Feed {
        self.packet.properties.set_message_expiry_interval(seconds);
        self
    }

    /// Response Topic and Correlation Data, sections 3.3.2.3.5 and 3.3.2.3.6.
    pub fn asks(mut self, response_topic: String, correlation: &'static [u8]) -> Feed {
        self.packet.properties.set_response_topic(response_topic);
        self.packet
            .properties
            .set_correlation_data(Bytes::from_static(correlation));
        self
    }

    /// One more User Property, section 3.3.2.3.7. Order and repeated names are kept.
    pub fn tagged(mut self, name: &str, value: &str) -> Feed {
        self.packet
            .properties
            .add_user_property(name.to_owned(), value.to_owned());
        self
    }

    #[cfg(test)]
    pub fn topic(&self) -> &str {
        &self.packet.topic_name
    }

    /// When the first tick after the opening is due; `None` for what is said once.
    pub(crate) fn first_tick(&self) -> Option<Duration> {
        self.period().map(|period| period.mul_f64(1.0 - self.phase))
    }

    /// The time between two ticks; `None` for what is said once.
    pub(crate) fn period(&self) -> Option<Duration> {
        match self.rhythm {
            Rhythm::Once => None,
            Rhythm::Every(period) | Rhythm::Changes(period) => Some(period),
        }
    }

    /// The packet of this tick, or `None` when there is nothing new to say.
    fn packet_at(&mut self, mut moment: Moment) -> Option<&PublishPacket> {
        moment.count = self.count;
        let payload = (self.voice)(&moment);
        if matches!(self.rhythm, Rhythm::Changes(_)) && self.count > 0 && payload == self.packet.payload {
            return None;
        }
        self.count += 1;
        self.packet.payload = payload;
        Some(&self.packet)
    }

    /// Hands the packet of this tick, if any, to the broker.
    pub(crate) async fn speak(&mut self, moment: Moment, inlet: &Inlet) {
        if let Some(packet) = self.packet_at(moment) {
            inlet.publish(packet).await;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::time::SystemTime;

    use super::*;

    fn moment(seconds: u64) -> Moment {
        Moment {
            elapsed: Duration::from_secs(seconds),
            wall: SystemTime::UNIX_EPOCH,
            count: 0,
        }
    }

    #[test]
    fn a_feed_of_changes_keeps_quiet_while_nothing_changes() {
        let mut feed = Feed::text("a", |m| m.elapsed.as_secs() / 10).on_change();
        let said: Vec<u64> = (0..30).filter(|s| feed.packet_at(moment(*s)).is_some()).collect();
        assert_eq!(said, [0, 10, 20]);
    }

    #[test]
    fn the_count_goes_up_with_each_message() {
        let mut feed = Feed::text("a", |m| m.count);
        let said: Vec<Bytes> = (0..3)
            .map(|s| feed.packet_at(moment(s)).unwrap().payload.clone())
            .collect();
        assert_eq!(said, ["0", "1", "2"]);
    }

    #[test]
    fn a_quantity_keeps_its_trailing_zero() {
        let mut feed = Feed::quantity("a", Seed(1).counter(20, 60.0), 1, " °C");
        assert_eq!(feed.packet_at(moment(0)).unwrap().payload, "20.0 °C");
    }
}
