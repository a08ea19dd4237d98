//! The Puppetfile: which modules a control repository wants, and where each comes from.
//!
//! r10k, librarian-puppet and Bolt run this file as Ruby. Here it is data: the calls and literals that real
//! Puppetfiles are made of are read, whatever would have to be run is refused with its place and a way
//! out. Deliberately unaware of files, networks and installing.

mod calls;
mod lexer;
mod name;
mod options;
mod problem;
mod reading;
mod source;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use diagnostics::{Diagnostic, Diagnostics, SourceFile, Span};

pub use name::{InvalidName, ModuleName};
pub use source::{ForgeVersion, GitReference, GitSource, Source};

use calls::{Argument, Call, Statement, Value};
use options::Options;
use problem::Problem;

/// Where modules are installed if the Puppetfile does not say, relative to it.
const DEFAULT_MODULEDIR: &str = "modules";

/// A Puppetfile as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Puppetfile {
    /// The text that it was read from, for diagnostics about its modules.
    pub text: Arc<SourceFile>,
    /// The Forge's address (`forge`), if given.
    pub forge: Option<String>,
    /// Where modules are installed (`moduledir`), relative to the Puppetfile or absolute.
    pub moduledir: PathBuf,
    /// Whether the dependencies in the repository's own `metadata.json` are wanted too (`metadata`).
    pub metadata: bool,
    /// Modules that must not be installed although others depend on them (`exclusion`).
    pub exclusions: Vec<ModuleName>,
    /// The modules in the order of the text. No two have the same short name.
    pub modules: Vec<Module>,
}

/// One `mod` of a Puppetfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// What it is called; the short name is its folder's.
    pub name: ModuleName,
    /// Where it comes from.
    pub source: Source,
    /// The folder to install it in instead of `moduledir` (`install_path`).
    pub install_path: Option<PathBuf>,
    /// Whether its tests are left out (`exclude_spec`).
    pub exclude_spec: bool,
    /// The whole statement.
    pub span: Span,
}

impl Puppetfile {
    /// Reads a Puppetfile. Everything that is wrong is told, in the order of the text.
    pub fn parse(text: &Arc<SourceFile>) -> Result<Self, Diagnostics> {
        let mut reader = Reader::new(text);
        let (calls, problems) = calls::read(text.text());
        reader.problems = problems;
        for call in calls {
            if let Err(problem) = reader.read(call) {
                reader.problems.push(problem);
            }
        }
        reader.finish()
    }

    /// Whether every module can be installed; if not, says which cannot and why.
    pub fn check_installable(&self) -> Result<(), Diagnostics> {
        let refused: Diagnostics = self.modules.iter().filter_map(|module| self.refusal(module)).collect();
        if refused.0.is_empty() { Ok(()) } else { Err(refused) }
    }

    fn refusal(&self, module: &Module) -> Option<Diagnostic> {
        let what = module.source.refused()?;
        let problem = Problem::Refused { module: module.name.to_string(), what };
        Some(problem.at(&self.text, module.span))
    }
}

/// A problem and where it is, before it is tied to the text.
type Placed = (Problem, Span);

/// Gathers the statements of a file.
struct Reader {
    puppetfile: Puppetfile,
    moduledir: Option<PathBuf>,
    problems: Vec<Placed>,
}

impl Reader {
    fn new(text: &Arc<SourceFile>) -> Self {
        let puppetfile = Puppetfile {
            text: Arc::clone(text),
            forge: None,
            moduledir: PathBuf::from(DEFAULT_MODULEDIR),
            metadata: false,
            exclusions: Vec::new(),
            modules: Vec::new(),
        };
        Self { puppetfile, moduledir: None, problems: Vec::new() }
    }

    fn read(&mut self, call: Call) -> Result<(), Placed> {
        match call.statement {
            Statement::Mod => self.module(call),
            Statement::Forge => {
                let forge = only_string(&call)?.to_owned();
                once(&mut self.puppetfile.forge, forge, &call)
            }
            Statement::Moduledir => {
                let moduledir = PathBuf::from(only_string(&call)?);
                once(&mut self.moduledir, moduledir, &call)
            }
            Statement::Metadata if call.arguments.is_empty() && call.options.is_empty() => {
                self.puppetfile.metadata = true;
                Ok(())
            }
            Statement::Metadata => Err((Problem::NoArguments { name: call.statement.name() }, call.span)),
            Statement::Exclusion => {
                let name = only_string(&call)?.parse().map_err(|error| (Problem::Name(error), call.span))?;
                self.puppetfile.exclusions.push(name);
                Ok(())
            }
        }
    }

    fn module(&mut self, call: Call) -> Result<(), Placed> {
        let mut positional = call.arguments.into_iter();
        let Some(Argument { value: Value::Text(name), span: name_span }) = positional.next() else {
            return Err((Problem::ModuleWithoutName, call.span));
        };
        let name: ModuleName = name.parse().map_err(|error| (Problem::Name(error), name_span))?;
        self.unlike_others(&name, call.span)?;
        let version = positional.next().map(|first| together(first, positional)).transpose()?;
        let mut options = Options::new(call.options)?;
        let install_path = options.text("install_path")?.map(PathBuf::from);
        let exclude_spec = options.flag("exclude_spec")?;
        let source = reading::source(&name, name_span, version, &mut options)?;
        options.finish(&source)?;
        self.puppetfile.modules.push(Module { name, source, install_path, exclude_spec, span: call.span });
        Ok(())
    }

    /// Two modules of one short name would be installed into the same folder.
    fn unlike_others(&self, name: &ModuleName, span: Span) -> Result<(), Placed> {
        match self.puppetfile.modules.iter().find(|module| module.name.short() == name.short()) {
            None => Ok(()),
            Some(first) => {
                let problem = Problem::Duplicate { short: name.short().to_owned(), first: first.span };
                Err((problem, span))
            }
        }
    }

    fn finish(mut self) -> Result<Puppetfile, Diagnostics> {
        if self.problems.is_empty() {
            self.puppetfile.moduledir = self.moduledir.unwrap_or(self.puppetfile.moduledir);
            return Ok(self.puppetfile);
        }
        let text = &self.puppetfile.text;
        let mut diagnostics: Diagnostics =
            self.problems.into_iter().map(|(problem, span)| problem.at(text, span)).collect();
        diagnostics.sort();
        Err(diagnostics)
    }
}

/// Several ranges, which librarian takes for one that all of them hold for: `'>= 1.0', '< 2.0'`.
fn together(first: Argument, more: impl Iterator<Item = Argument>) -> Result<Argument, Placed> {
    more.into_iter().try_fold(first, |all, one| match (all.value, one.value) {
        (Value::Text(all_text), Value::Text(text)) => {
            Ok(Argument { value: Value::Text(format!("{all_text} {text}")), span: all.span.cover(one.span) })
        }
        (_, extra) => Err((Problem::ExtraArgument { found: extra.describe() }, one.span)),
    })
}

/// The one argument of `forge`, `moduledir` and `exclusion`.
fn only_string(call: &Call) -> Result<&str, Placed> {
    match (call.arguments.as_slice(), call.options.is_empty()) {
        ([Argument { value: Value::Text(text), .. }], true) if !text.is_empty() => Ok(text),
        _ => Err((Problem::OneString { name: call.statement.name() }, call.span)),
    }
}

fn once<T>(slot: &mut Option<T>, value: T, call: &Call) -> Result<(), Placed> {
    if slot.is_some() {
        return Err((Problem::Twice { name: call.statement.name() }, call.span));
    }
    *slot = Some(value);
    Ok(())
}
