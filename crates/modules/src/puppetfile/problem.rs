//! What can be wrong with a Puppetfile, and how to mend it.

use std::sync::Arc;

use diagnostics::{Diagnostic, Hint, SourceFile, Span};

use super::calls::Statement;
use super::name::InvalidName;

/// One thing that is wrong; its place travels beside it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("a string has no end on its line")]
    OpenString,
    #[error("a string contains code, `#{{...}}`")]
    Interpolation,
    #[error("`\\{found}` in a string is not known")]
    Escape { found: char },
    #[error("`{found}` has no place in a Puppetfile")]
    Character { found: char },
    #[error("`{found}` is code, expected a value")]
    Code { found: String },
    #[error("expected {expected}, found {found}")]
    Unexpected { expected: &'static str, found: String },
    #[error("the value `{found}` stands after options")]
    ValueAfterOptions { found: String },
    #[error("the option `'{name}'` is a string")]
    TextAsOption { name: String },
    #[error("`{name}` is not a statement of a Puppetfile")]
    UnknownStatement { name: String },
    #[error("`{name}` takes one string")]
    OneString { name: &'static str },
    #[error("`{name}` takes nothing")]
    NoArguments { name: &'static str },
    #[error("`{name}` is given twice")]
    Twice { name: &'static str },
    #[error("`mod` begins with the module's name as a string")]
    ModuleWithoutName,
    #[error(transparent)]
    Name(InvalidName),
    #[error("the module `{short}` is named twice")]
    Duplicate { short: String, first: Span },
    #[error("`{found}` is one value too many")]
    ExtraArgument { found: String },
    #[error("the option `{name}` is given twice")]
    OptionTwice { name: String },
    #[error("the option `{name}` is not known")]
    UnknownOption { name: String, nearest: Option<&'static str> },
    #[error("the option `{name}` means nothing for {origin}")]
    MisplacedOption { name: String, origin: &'static str },
    #[error("`{name}` is `{found}`, expected {expected}")]
    WrongValue { name: String, expected: &'static str, found: String },
    #[error("`{first}` and `{second}` name two sources")]
    TwoSources { first: &'static str, second: &'static str },
    #[error("`{option}` does not say where the module comes from")]
    NoAddress { option: &'static str },
    #[error("`{first}` and `{second}` exclude each other")]
    Exclusive { first: &'static str, second: &'static str },
    #[error("`{found}` is not a version")]
    Version { found: String },
    #[error("the version is given twice")]
    TwoVersions,
    #[error("a version by position is for the Forge, not for {origin}")]
    VersionWithoutForge { origin: &'static str },
    #[error("`{name}` names no owner, and the Forge has modules of owners only")]
    ForgeWithoutOwner { name: String },
    #[error("`{package}` is not the name of a Debian package")]
    PackageName { package: String },
    #[error("the module `{module}` comes from {what}, which effigy does not install from")]
    Refused { module: String, what: &'static str },
}

impl Problem {
    /// The diagnostic for the user.
    pub fn at(&self, text: &Arc<SourceFile>, span: Span) -> Diagnostic {
        let diagnostic =
            Diagnostic::error(self.to_string()).code(self.code()).at(text, span).hints(self.hint());
        match self {
            Self::Duplicate { first, .. } => diagnostic.label(text, *first, "first here"),
            _ => diagnostic,
        }
    }

    /// A stable name for programs.
    fn code(&self) -> &'static str {
        match self {
            Self::OpenString
            | Self::Escape { .. }
            | Self::Character { .. }
            | Self::Unexpected { .. }
            | Self::ValueAfterOptions { .. }
            | Self::TextAsOption { .. } => "puppetfile-syntax",
            Self::Interpolation | Self::Code { .. } | Self::UnknownStatement { .. } => "puppetfile-code",
            Self::Refused { .. } => "puppetfile-source",
            _ => "puppetfile-invalid",
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::OpenString => "close it with the quote that opened it",
            Self::Interpolation | Self::Code { .. } => {
                "write the value itself: effigy reads a Puppetfile as data and runs no Ruby"
            }
            Self::Escape { .. } => {
                "known are `\\\\`, `\\'`, `\\\"`, `\\#`, `\\n`, `\\t` and `\\s`; or use single quotes"
            }
            Self::Character { .. } => "a Puppetfile consists of statements with strings, symbols and options",
            Self::Unexpected { .. } => {
                "write it like `mod 'owner/name', '1.2.3'` or `mod 'name', git: 'https://...'`"
            }
            Self::ValueAfterOptions { .. } => "put values before options",
            Self::TextAsOption { name } => return Some(format!("write `{name}:` or `:{name} =>`")),
            Self::UnknownStatement { name } => return Some(statement_hint(name)),
            Self::OneString { name } => return Some(format!("write it like `{name} '...'`")),
            Self::NoArguments { .. } => "let it stand alone on its line",
            Self::Twice { .. } | Self::OptionTwice { .. } => "remove one of them",
            Self::ModuleWithoutName => "write it like `mod 'puppetlabs/stdlib'`",
            Self::Name(error) => return error.hint(),
            Self::Duplicate { .. } => "remove one of them: both would be installed into the same folder",
            Self::ExtraArgument { .. } => "write one version or range: `'>= 1.0 < 2.0'`",
            Self::UnknownOption { nearest, .. } => {
                return nearest.map(|nearest| format!("did you mean `{nearest}`?"));
            }
            Self::MisplacedOption { .. } => "remove it",
            Self::WrongValue { .. } => return None,
            Self::TwoSources { .. } => "keep the one that the module comes from",
            Self::NoAddress { .. } => "give it as a string",
            Self::Exclusive { .. } => "keep the one that says best what is meant",
            Self::Version { .. } => "write a string such as `'9.4.1'` or `'>= 9.0.0 < 10.0.0'`, or `:latest`",
            Self::TwoVersions => "keep one of them",
            Self::VersionWithoutForge { .. } => "remove it, or use an option such as `tag:`",
            Self::ForgeWithoutOwner { .. } => {
                "write `owner/name`, or say where it is: `git:`, `path:` or `deb:`"
            }
            Self::PackageName { .. } => "`apt-cache search puppet-module` lists them",
            Self::Refused { .. } => {
                "use the module from the Forge or from git, Debian's package of it \
                 (`deb: 'puppet-module-...'`), or a copy in the repository (`path: '...'`)"
            }
        };
        Some(hint.to_owned())
    }
}

fn statement_hint(name: &str) -> String {
    match diagnostics::nearest(name, Statement::ALL.into_iter().map(Statement::name)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "known are `mod`, `forge`, `moduledir`, `metadata` and `exclusion`; effigy reads a \
                 Puppetfile as data and runs no Ruby"
            .to_owned(),
    }
}
