//! The second factory in 창원, whose topics and values are Korean.

use serde_json::json;

use crate::feed::Feed;
use crate::signal::Seed;

pub fn feeds(seed: Seed) -> Vec<Feed> {
    let seed = seed.of("창원");
    let mut feeds: Vec<Feed> = (1..=2u8).flat_map(|line| line_feeds(seed, line)).collect();
    let power = seed.of("전력").walk(410.0, 520.0, 40.0);
    feeds.push(Feed::quantity("창원/2공장/전력", power, 1, " kW").every(2.0));
    feeds.push(
        Feed::fixed(
            "창원/2공장/공지",
            "3월 12일 14시부터 30분간 정전 점검이 있습니다.",
        )
        .at_least_once(),
    );
    feeds
}

fn line_feeds(seed: Seed, line: u8) -> Vec<Feed> {
    let base = format!("창원/2공장/라인-{line}");
    let seed = seed.of(&base);
    let (temperature, humidity) = (
        seed.of("온도").walk(21.0, 31.0, 90.0),
        seed.of("습도").walk(35.0, 61.0, 120.0),
    );
    let (stopped, made, bad) = (
        seed.of("정지").toggle(0.1, 30.0),
        seed.of("생산").counter(5_120, 4.0),
        seed.of("불량").walk(0.2, 1.9, 200.0),
    );
    let oil = seed.of("작동유").walk(54.0, 68.0, 150.0);
    vec![
        Feed::number(format!("{base}/온도"), temperature, 1).every(1.0),
        Feed::quantity(format!("{base}/습도"), humidity, 0, " %").every(4.0),
        Feed::text(format!("{base}/상태"), move |m| if stopped.is_on(m.elapsed) { "정지" } else { "가동 중" })
            .on_change()
            .at_least_once(),
        Feed::json(format!("{base}/생산량"), move |m| {
            json!({ "양품": made.whole(m.elapsed), "불량률": bad.rounded(m.elapsed, 2), "단위": "개", "근무조": "주간" })
        })
        .every(4.0)
        .declared_json()
        .tagged("공장", "창원 2공장"),
        Feed::text(format!("{base}/프레스-04/작동유 온도"), move |m| {
            format!("{:.1} ℃", oil.rounded(m.elapsed, 1))
        })
        .every(3.0),
    ]
}
