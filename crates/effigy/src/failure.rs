//! A command's failure as it is shown: what happened, what caused it, how to mend it, and the exit code.

use std::process::ExitCode;

use diagnostics::{Diagnostics, Hint};

/// What kind of failure it is, which is what scripts want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The command line or the surroundings are wrong; exit code 2.
    Usage,
    /// The user's files are wrong; exit code 3.
    Input,
    /// Everything else; exit code 1.
    Other,
}

/// How a command ends that has told itself what is wrong in the user's files.
pub const FAULTY_INPUT: u8 = 3;

/// Why a command has no answer.
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    /// Shown with their source lines; the message is then only for what they do not say.
    pub diagnostics: Option<Diagnostics>,
    /// The message and its causes, outermost first.
    pub chain: Vec<String>,
    pub hints: Vec<String>,
}

impl Failure {
    /// A wrong command line or environment.
    pub fn usage(message: String) -> Self {
        Self { kind: Kind::Usage, diagnostics: None, chain: vec![message], hints: Vec::new() }
    }

    /// Something wrong in the user's files, with its places.
    pub fn input(context: Option<String>, diagnostics: Diagnostics) -> Self {
        let chain = context.into_iter().collect();
        Self { kind: Kind::Input, diagnostics: Some(diagnostics), chain, hints: Vec::new() }
    }

    /// A word on the command line that names nothing.
    pub fn invalid(invalid: control_repo::Invalid) -> Self {
        Self { kind: Kind::Usage, ..Self::of(&invalid) }
    }

    /// A word on the command line that cannot be read.
    pub fn wrong(error: &dyn Hint) -> Self {
        Self { kind: Kind::Usage, ..Self::of(error) }
    }

    /// Something that the world outside does not give.
    pub fn other(message: String) -> Self {
        Self { kind: Kind::Other, ..Self::usage(message) }
    }

    /// An error of a library, with its causes and its hint.
    pub fn of(error: &dyn Hint) -> Self {
        let mut chain = vec![error.to_string()];
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            // Many errors repeat their cause in their own words.
            if !chain.iter().any(|known| known.contains(&text)) {
                chain.push(text);
            }
            source = cause.source();
        }
        Self { kind: Kind::Other, diagnostics: None, chain, hints: error.hint().into_iter().collect() }
    }

    /// The message of the first diagnostic, for those who are shown no source lines.
    pub fn first_diagnostic(&self) -> Option<&String> {
        self.diagnostics.as_ref()?.0.first().map(|diagnostic| &diagnostic.message)
    }

    /// Adds a way out.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// 1, 2 or 3 by its kind.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.kind {
            Kind::Other => 1,
            Kind::Usage => 2,
            Kind::Input => FAULTY_INPUT,
        })
    }
}

impl From<builder::Error> for Failure {
    fn from(error: builder::Error) -> Self {
        let image = match &error {
            builder::Error::Image { image, .. } => Some(format!("building {image} failed")),
            _ => None,
        };
        match error.cause() {
            builder::Error::Puppet(puppet::Error::Compile(diagnostics)) => {
                Self::input(image, diagnostics.clone())
            }
            builder::Error::Repository(control_repo::Error::Invalid(diagnostics)) => {
                Self::input(image, diagnostics.clone())
            }
            builder::Error::Modules(modules::Error::Invalid(diagnostics)) => {
                Self::input(image, diagnostics.clone())
            }
            builder::Error::Modules(modules::Error::Repository(control_repo::Error::Invalid(
                diagnostics,
            ))) => Self::input(image, diagnostics.clone()),
            cause => Self { kind: kind_of_build(cause), ..Self::of(&error) },
        }
    }
}

impl From<control_repo::Error> for Failure {
    fn from(error: control_repo::Error) -> Self {
        match error {
            control_repo::Error::Invalid(diagnostics) => Self::input(None, diagnostics),
            other => Self { kind: kind_of_repository(&other), ..Self::of(&other) },
        }
    }
}

impl From<modules::Error> for Failure {
    fn from(error: modules::Error) -> Self {
        match error {
            modules::Error::Invalid(diagnostics) => Self::input(None, diagnostics),
            modules::Error::Repository(error) => error.into(),
            other => Self { kind: kind_of_modules(&other), ..Self::of(&other) },
        }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        let kind = match error {
            // `--store` or EFFIGY_STORE name the wrong folder.
            store::Error::NotAStore { .. } | store::Error::Missing { .. } => Kind::Usage,
            _ => Kind::Other,
        };
        Self { kind, ..Self::of(&error) }
    }
}

impl From<oci::Error> for Failure {
    fn from(error: oci::Error) -> Self {
        let kind = match error {
            // The command line names the wrong place.
            oci::Error::Exists { .. } | oci::Error::Unusable { .. } => Kind::Usage,
            _ => Kind::Other,
        };
        Self { kind, ..Self::of(&error) }
    }
}

impl From<registry::Error> for Failure {
    fn from(error: registry::Error) -> Self {
        match error {
            registry::Error::Store(error) => error.into(),
            registry::Error::Oci(error) => error.into(),
            registry::Error::Reference(_) | registry::Error::Setup { .. } => Self::wrong(&error),
            other => Self::of(&other),
        }
    }
}

impl From<docker::Error> for Failure {
    fn from(error: docker::Error) -> Self {
        Self::of(&error)
    }
}

impl From<sandbox::Error> for Failure {
    fn from(error: sandbox::Error) -> Self {
        Self::of(&error)
    }
}

fn kind_of_build(error: &builder::Error) -> Kind {
    match error {
        builder::Error::NotYet { .. }
        | builder::Error::Plan(plan::Error::Refused { .. } | plan::Error::Relationships(_))
        | builder::Error::Oci(oci::Error::Unusable { .. })
        | builder::Error::Registry(registry::Error::Reference(_))
        | builder::Error::BaseArchitecture { .. }
        | builder::Error::Bare { .. }
        | builder::Error::Foreign(_)
        | builder::Error::Puppet(puppet::Error::OutsideRepository(_)) => Kind::Input,
        builder::Error::Repository(error) => kind_of_repository(error),
        builder::Error::Modules(error) => kind_of_modules(error),
        _ => Kind::Other,
    }
}

fn kind_of_modules(error: &modules::Error) -> Kind {
    match error {
        modules::Error::Repository(error) => kind_of_repository(error),
        modules::Error::Unknown { .. } => Kind::Usage,
        error if error.is_input() => Kind::Input,
        _ => Kind::Other,
    }
}

fn kind_of_repository(error: &control_repo::Error) -> Kind {
    match error {
        // The folder is the wrong one.
        control_repo::Error::NotFound { .. } => Kind::Usage,
        control_repo::Error::Invalid(_)
        | control_repo::Error::Missing { .. }
        | control_repo::Error::NoManifest { .. } => Kind::Input,
        control_repo::Error::Read { .. } | control_repo::Error::Write { .. } => Kind::Other,
    }
}
