//! Columns measured side by side: round after round, each column a short turn, so that a noisy
//! machine is noisy for all of them. What counts are the ratios within a round.

use std::{
    fmt::Write,
    hint::black_box,
    time::{Duration, Instant},
};

/// One way of doing the same thing.
pub struct Column<'a> {
    name: &'static str,
    turn: Box<dyn FnMut(u32) + 'a>,
    nanoseconds: Vec<f64>,
}

/// A comparison.
#[derive(Default)]
pub struct Rounds<'a> {
    columns: Vec<Column<'a>>,
}

const ROUNDS: usize = 400;
const TURN: Duration = Duration::from_micros(1500);

impl<'a> Rounds<'a> {
    /// Adds a column; `turn(n)` does its thing `n` times.
    pub fn column(&mut self, name: &'static str, turn: impl FnMut(u32) + 'a) {
        self.columns.push(Column {
            name,
            turn: Box::new(turn),
            nanoseconds: Vec::new(),
        });
    }

    /// Adds a column that does one thing at a time.
    pub fn each<T>(&mut self, name: &'static str, mut one: impl FnMut() -> T + 'a) {
        self.column(name, move |times| {
            for _ in 0..times {
                black_box(one());
            }
        });
    }

    /// Runs all rounds, after one to warm up and to find out how often a turn does its thing.
    pub fn run(&mut self) {
        let times: Vec<u32> = self.columns.iter_mut().map(Column::calibrate).collect();
        for round in 0..ROUNDS {
            // Another one begins each round, so that no column always follows the same other.
            for at in 0..self.columns.len() {
                let at = (at + round) % self.columns.len();
                let column = &mut self.columns[at];
                let began = Instant::now();
                (column.turn)(times[at]);
                let each = began.elapsed().as_secs_f64() * 1e9 / f64::from(times[at]);
                column.nanoseconds.push(each);
            }
        }
    }

    /// The medians, as a Markdown table.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = String::from("| column | ns |\n| --- | ---: |\n");
        for column in &self.columns {
            let _ = writeln!(
                text,
                "| {} | {:.0} |",
                column.name,
                median(column.nanoseconds.clone())
            );
        }
        text
    }

    /// The median of a column, in nanoseconds.
    ///
    /// # Panics
    ///
    /// If there is no such column.
    #[must_use]
    pub fn median(&self, name: &str) -> f64 {
        median(self.named(name).to_vec())
    }

    /// The median, over all rounds, of how many times dearer `name` is than `than`.
    ///
    /// # Panics
    ///
    /// If there is no such column.
    #[must_use]
    pub fn ratio(&self, name: &str, than: &str) -> f64 {
        let (ours, theirs) = (self.named(name), self.named(than));
        median(
            ours.iter()
                .zip(theirs)
                .map(|(ours, theirs)| ours / theirs)
                .collect(),
        )
    }

    fn named(&self, name: &str) -> &[f64] {
        let column = self.columns.iter().find(|column| column.name == name);
        &column
            .unwrap_or_else(|| panic!("no column {name:?}"))
            .nanoseconds
    }
}

impl Column<'_> {
    fn calibrate(&mut self) -> u32 {
        let mut times = 1;
        loop {
            let began = Instant::now();
            (self.turn)(times);
            if began.elapsed() >= TURN {
                return times;
            }
            times *= 2;
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
