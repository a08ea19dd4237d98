//! Progress as bars on a terminal, and as plain lines elsewhere.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use progress::{Progress, Task, Unit};

/// Tasks of one run.
pub struct Bars {
    bars: Option<MultiProgress>,
    quiet: bool,
    verbose: bool,
    colour: bool,
}

impl Bars {
    pub fn new(bars: bool, quiet: bool, verbose: bool, colour: bool) -> Self {
        Self { bars: bars.then(MultiProgress::new), quiet, verbose, colour }
    }

    /// A line above the bars.
    fn line(&self, text: &str) {
        match &self.bars {
            // A terminal that is gone needs no line.
            Some(bars) => drop(bars.println(text)),
            None => drop(writeln!(io::stderr().lock(), "{text}")),
        }
    }
}

impl Progress for Bars {
    fn begin(&self, what: &str, total: Option<u64>, unit: Unit) -> Box<dyn Task> {
        let bar = self.bars.as_ref().map(|bars| bars.add(bar(what, total, unit)));
        let (what, begun) = (what.to_owned(), Instant::now());
        Box::new(Running { what, begun, bar, all: self.bars.clone(), quiet: self.quiet })
    }

    fn note(&self, line: &str) {
        if self.verbose {
            self.line(line);
        }
    }

    fn warn(&self, line: &str) {
        let label = if self.colour { "\x1b[1;33mwarning\x1b[0m" } else { "warning" };
        self.line(&format!("{label}: {line}"));
    }
}

fn bar(what: &str, total: Option<u64>, unit: Unit) -> ProgressBar {
    let template = match (total, unit) {
        (Some(_), Unit::Bytes) => "{spinner} {prefix} {bar:24} {bytes}/{total_bytes} {wide_msg:.dim}",
        (Some(_), Unit::Items) => "{spinner} {prefix} {bar:24} {pos}/{len} {wide_msg:.dim}",
        (None, _) => "{spinner} {prefix} {elapsed} {wide_msg:.dim}",
    };
    let style = ProgressStyle::with_template(template).expect("the templates above are valid");
    let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new).with_style(style);
    bar.set_prefix(what.to_owned());
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// A task that has begun. Dropped before it is done, it vanishes: the error that follows says why.
struct Running {
    what: String,
    begun: Instant,
    bar: Option<ProgressBar>,
    all: Option<MultiProgress>,
    quiet: bool,
}

impl Task for Running {
    fn advance(&self, units: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(units);
        }
    }

    fn busy_with(&self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(what.to_owned());
        }
    }

    fn done(self: Box<Self>, summary: &str) {
        let seconds = self.begun.elapsed().as_secs_f64();
        let separator = if summary.is_empty() { "" } else { ": " };
        let line = format!("{:5.1} s  {}{separator}{summary}", seconds, self.what);
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        match &self.all {
            _ if self.quiet => {}
            Some(bars) => drop(bars.println(line)),
            None => drop(writeln!(io::stderr().lock(), "{line}")),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
