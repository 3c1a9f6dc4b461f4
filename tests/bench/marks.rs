//! The table that is printed, and which ratios are out of their marks.
//!
//! Ratios are measured against a reference in the same run and hold on any machine, so `--check` may judge them.
//! Times without a reference are for two cores of the size that is printed; they are never judged.

/// What was measured.
#[derive(Debug, Default)]
pub struct Marks {
    missed: Vec<String>,
}

impl Marks {
    /// Begins a group of lines.
    pub fn title(&self, text: &str) {
        println!("{text}");
    }

    /// A figure that has no mark.
    pub fn line(&self, what: &str, figure: &str) {
        println!("  {what:<44} {figure}");
    }

    /// A figure with a mark that depends on the machine.
    pub fn told(&self, what: &str, figure: &str, mark: &str) {
        println!("  {what:<44} {figure:<24} mark {mark}");
    }

    /// A ratio that is to be `mark` or more.
    pub fn at_least(&mut self, what: &str, ratio: f64, mark: f64) {
        self.ratio(what, ratio, &format!("≥ {mark}"), ratio >= mark);
    }

    /// A ratio that is to be `mark` or less.
    pub fn at_most(&mut self, what: &str, ratio: f64, mark: f64) {
        self.ratio(what, ratio, &format!("≤ {mark}"), ratio <= mark);
    }

    fn ratio(&mut self, what: &str, ratio: f64, mark: &str, kept: bool) {
        let verdict = if kept { "kept" } else { "missed" };
        println!("  {what:<44} {ratio:<24.2} mark {mark}, {verdict}");
        if !kept {
            self.missed.push(format!("{what}: {ratio:.2}, mark {mark}"));
        }
    }

    /// The ratios out of their marks.
    pub fn missed(&self) -> &[String] {
        &self.missed
    }
}
