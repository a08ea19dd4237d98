//! Commands as data: what a resource wants run, and what came of it.

use std::time::Duration;

/// A command, run inside the root without a shell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// The program (absolute, or looked up in `PATH`) and its arguments.
    pub arguments: Vec<String>,
    /// Changes to the environment that the caller gives to every command; `None` removes a variable.
    pub environment: Vec<(String, Option<String>)>,
    /// Where it runs; `/` if nothing is said.
    pub directory: Option<String>,
    /// Whose rights it has; root's if nothing is said.
    pub credentials: Option<Credentials>,
    /// The mask of new files; 022 if nothing is said.
    pub umask: Option<u32>,
    /// What it reads from standard input.
    pub input: Vec<u8>,
    /// After this it is killed.
    pub timeout: Option<Duration>,
    /// Whether standard error belongs to the output.
    pub with_errors: bool,
}

/// Numbers of a user, its group, and its other groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// User number.
    pub user: u32,
    /// Group number.
    pub group: u32,
    /// Supplementary groups; `None` leaves those that the process has.
    pub groups: Option<Vec<u32>>,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this code.
    Code(i32),
    /// By a signal.
    Signal(i32),
    /// It ran longer than it was allowed to.
    TimedOut,
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// How it ended.
    pub exit: Exit,
    /// What it wrote.
    pub bytes: Vec<u8>,
}

impl Command {
    /// A command of these words, whose errors belong to its output.
    pub fn new<Word: Into<String>>(words: impl IntoIterator<Item = Word>) -> Self {
        Self { arguments: words.into_iter().map(Into::into).collect(), with_errors: true, ..Self::default() }
    }

    /// Sets a variable.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), Some(value.to_owned())));
        self
    }

    /// Takes variables away.
    #[must_use]
    pub fn without(mut self, names: &[&str]) -> Self {
        self.environment.extend(names.iter().map(|name| ((*name).to_owned(), None)));
        self
    }

    /// Gives it something to read.
    #[must_use]
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = bytes.into();
        self
    }
}

impl Output {
    /// The exit code; `None` if a signal or the clock ended it.
    pub fn code(&self) -> Option<i32> {
        match self.exit {
            Exit::Code(code) => Some(code),
            Exit::Signal(_) | Exit::TimedOut => None,
        }
    }

    /// Whether it ended with code 0.
    pub fn success(&self) -> bool {
        self.exit == Exit::Code(0)
    }

    /// The output as text; bytes that are none are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}
