//! Everything that is printed: answers to standard output, all else to standard error.

use std::io::{self, IsTerminal, Write};

use diagnostics::{DiagnosticRecord, Diagnostics, Style};
use serde::Serialize;
use serde_json::json;

use crate::args::{Format, OutputArgs, When};
use crate::failure::Failure;
use crate::progress_bars::Bars;

/// How this run prints.
pub struct Printer {
    format: Format,
    verbose: bool,
    quiet: bool,
    /// Colours on standard error.
    colour: bool,
    /// Bars on standard error.
    bars: bool,
}

impl Printer {
    pub fn new(args: &OutputArgs) -> Self {
        let terminal = io::stderr().is_terminal();
        let (colour, bars) = match args.color {
            When::Auto => (terminal && std::env::var_os("NO_COLOR").is_none(), terminal),
            When::Always => (true, terminal),
            When::Never => (false, false),
        };
        Self { format: args.format, verbose: args.verbose, quiet: args.quiet, colour, bars }
    }

    /// The command's answer: `data` as JSON, or the lines of `text`.
    pub fn answer(&self, data: &impl Serialize, text: impl FnOnce() -> String) {
        let text = match self.format {
            Format::Json => serde_json::to_string_pretty(data).expect("answers are plain data") + "\n",
            Format::Text | Format::Pn => text(),
        };
        write_all(&mut io::stdout().lock(), text.as_bytes());
    }

    /// How answers are asked for.
    pub fn format(&self) -> Format {
        self.format
    }

    /// An answer that the command has written in the form asked for.
    pub fn text(&self, text: &str) {
        write_all(&mut io::stdout().lock(), text.as_bytes());
    }

    /// A line of the answer as it comes, for people only.
    pub fn line(&self, text: &str) {
        if self.format != Format::Json {
            write_all(&mut io::stdout().lock(), format!("{text}\n").as_bytes());
        }
    }

    /// How libraries tell what they are doing.
    pub fn progress(&self) -> Bars {
        Bars::new(self.bars && !self.quiet, self.quiet, self.verbose, self.colour)
    }

    /// Something to look at although the command works.
    pub fn warn(&self, text: &str) {
        write_all(&mut io::stderr().lock(), format!("{}: {text}\n", self.paint("warning", "33")).as_bytes());
    }

    /// What was done, for people, beside the answer.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            write_all(&mut io::stderr().lock(), format!("{text}\n").as_bytes());
        }
    }

    /// Diagnostics that do not stop the work.
    pub fn diagnostics(&self, diagnostics: &Diagnostics) {
        if !diagnostics.0.is_empty() {
            let style = if self.colour { Style::Coloured } else { Style::Plain };
            write_all(&mut io::stderr().lock(), format!("{}\n", diagnostics.render(style)).as_bytes());
        }
    }

    /// A failure, on standard error; as JSON too, where answers are.
    pub fn failure(&self, failure: &Failure) {
        if self.format == Format::Json {
            let records = failure.diagnostics.iter().flat_map(|list| &list.0).map(DiagnosticRecord::from);
            let data = json!({"error": {
                "message": failure.chain.first().or(failure.first_diagnostic()),
                "causes": failure.chain.get(1..).unwrap_or_default(),
                "diagnostics": records.collect::<Vec<_>>(),
                "hints": failure.hints,
            }});
            self.answer(&data, String::new);
            return;
        }
        let mut text = String::new();
        if let Some(diagnostics) = &failure.diagnostics {
            let style = if self.colour { Style::Coloured } else { Style::Plain };
            text.push_str(&diagnostics.render(style));
            text.push('\n');
        }
        for (number, message) in failure.chain.iter().enumerate() {
            let label = if number == 0 { self.paint("error", "31") } else { "  cause".to_owned() };
            text.push_str(&format!("{label}: {message}\n"));
        }
        for hint in &failure.hints {
            text.push_str(&format!("{}: {hint}\n", self.paint("hint", "36")));
        }
        write_all(&mut io::stderr().lock(), text.as_bytes());
    }

    fn paint(&self, word: &str, colour: &str) -> String {
        if self.colour { format!("\x1b[1;{colour}m{word}\x1b[0m") } else { word.to_owned() }
    }
}

/// A reader who has gone away (`effigy images | head`) is no failure.
fn write_all(stream: &mut impl Write, bytes: &[u8]) {
    let _ = stream.write_all(bytes).and_then(|()| stream.flush());
}
