//! What a function may ask of the compilation that calls it.

use values::Value;
use values::types::TypeLoader;

use crate::call::Block;
use crate::raised::Raised;

/// How urgent a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `debug`.
    Debug,
    /// `info`.
    Info,
    /// `notice`.
    Notice,
    /// `warning`.
    Warning,
    /// `err`.
    Err,
    /// `alert`.
    Alert,
    /// `emerg`.
    Emerg,
    /// `crit`.
    Crit,
}

/// The compilation that a function is called by. An evaluator implements it; so does a small one in tests.
pub trait Context {
    /// Calls any function by its name: built in, of a module, written in Puppet. Errors: `Unknown function 'x'`, and
    /// what the function raises.
    fn call(&mut self, name: &str, arguments: &[Value], block: Option<&dyn Block>) -> Result<Value, Raised>;

    /// The types that names stand for here.
    fn types(&self) -> &dyn TypeLoader;

    /// A variable as the code that calls sees it; none where there is none.
    fn variable(&self, name: &str) -> Option<Value>;

    /// Logs a message.
    fn log(&mut self, level: Level, message: String);

    /// What only a compilation of a catalog can do; none while a mere expression is evaluated.
    fn compilation(&mut self) -> Option<&mut dyn Compilation> {
        None
    }
}

/// What only a compilation of a catalog can do.
pub trait Compilation {
    /// Declares classes by name or reference, as `include` does, and gives references to them. `contain` also contains
    /// them in the class around; `require` makes it require them.
    fn include(&mut self, classes: &[Value], how: Inclusion) -> Result<Value, Raised>;

    /// Adds tags to what is around.
    fn tag(&mut self, tags: &[String]) -> Result<(), Raised>;

    /// Whether what is around has all these tags.
    fn is_tagged(&self, tags: &[String]) -> bool;

    /// Declares resources: the type, with `@` or `@@` before it where they are to be virtual or exported; parameters by
    /// title, a hash; defaults for them, a hash.
    fn create_resources(
        &mut self,
        resource_type: &str,
        resources: &Value,
        defaults: &Value,
    ) -> Result<(), Raised>;

    /// Makes virtual resources real: references, arrays among them already flat.
    fn realize(&mut self, references: &[Value]) -> Result<(), Raised>;

    /// Whether a class, type, resource or variable is known, as `defined` asks.
    fn is_defined(&self, what: &Value) -> Result<bool, Raised>;

    /// A parameter of a declared resource.
    fn resource_parameter(&self, reference: &Value, name: &str) -> Result<Option<Value>, Raised>;

    /// Looks data up, as Puppet's `lookup` with all its options: `value_type`, `merge`, `default_value` (given even
    /// where it is `undef`), `override`, `default_values_hash`. The old functions add `hiera`, their name, and `levels`,
    /// those to look at before all others. The block gives the value where nothing is found.
    fn lookup(
        &mut self,
        names: &[Value],
        options: &Value,
        block: Option<&dyn Block>,
    ) -> Result<Value, Raised>;

    /// The text of a file of a module (`MODULE/PATH` below `files` or `templates`) or of an absolute path.
    fn read_file(&mut self, folder: &str, name: &str) -> Result<Option<Vec<u8>>, Raised>;

    /// The folder of a module.
    fn module_directory(&self, module: &str) -> Option<String>;

    /// Renders a template in Embedded Puppet: its name (as it was asked for, `inlined-epp-text` for a text), its text,
    /// the parameters that were given.
    fn render(&mut self, name: &str, text: &str, parameters: Option<&Value>) -> Result<Value, Raised>;
}

/// How a class is declared by a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inclusion {
    /// `include`.
    Include,
    /// `contain`.
    Contain,
    /// `require`.
    Require,
}
