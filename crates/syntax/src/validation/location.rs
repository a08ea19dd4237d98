//! Whether a manifest may say what it says where it lies: Puppet loads definitions of modules by their names.
//!
//! Deliberately unaware of disks and of where modules are: whoever knows that hands over a path within them.

use super::{error, labels, model::Model};
use crate::Issue;
use crate::ast::{AnyNode, Expression, ExpressionKind, Program};

/// Folders of a module in which Puppet looks for definitions.
const LOADED_FOLDERS: [&str; 4] = ["manifests", "functions", "types", "plans"];

/// Where a text lies, as far as Puppet minds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Location {
    /// Outside of all modules, or a template: everything may stand here.
    #[default]
    Outside,
    /// In a module's folder of definitions, where names begin with this, in small letters: `apache::mod`.
    Namespace(String),
    /// Elsewhere in a module, where Puppet looks for no definition: nothing may stand here.
    Unloaded,
}

impl Location {
    /// Where a file lies by its path within a folder of modules, as `apache/manifests/mod/ssl.pp`.
    pub fn in_modules(path: &str) -> Self {
        let lower = path.to_lowercase();
        let mut parts: Vec<&str> = lower.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        let Some(file) = parts.pop().filter(|_| path.ends_with(".pp") && !path.ends_with("/.pp")) else {
            return Self::Outside;
        };
        let [module, folder, below @ ..] = &parts[..] else { return Self::Unloaded };
        if !LOADED_FOLDERS.contains(folder) {
            return Self::Unloaded;
        }
        let mut names = vec![*module];
        names.extend(below);
        if file != "init.pp" || !below.is_empty() {
            names.push(file.strip_suffix(".pp").unwrap_or(file));
        }
        Self::Namespace(names.join("::"))
    }

    /// What Puppet says against a tree in a file of this name that lies here. All are errors.
    pub fn issues(&self, program: &Program, file: &str) -> Vec<Issue> {
        let allowed = |name: &str| match self {
            Self::Outside => true,
            Self::Namespace(namespace) => name.to_lowercase().starts_with(namespace),
            Self::Unloaded => false,
        };
        if *self == Self::Outside {
            return Vec::new();
        }
        let mut issues: Vec<Issue> =
            program.statements.iter().filter(|statement| !is_definition(statement)).map(misplaced).collect();
        AnyNode::Program(program).walk(&mut |node| {
            if let AnyNode::Expression(expression) = node
                && let Some(name) = defined_name(expression)
                && !allowed(name)
            {
                let message =
                    format!("Unacceptable location. The name '{name}' is unacceptable in file '{file}'");
                let hint = "name the file after what it defines: Puppet looks for it by that name";
                issues.push(error("ILLEGAL_DEFINITION_LOCATION", Model::of(expression), message).hint(hint));
            }
        });
        issues
    }
}

fn misplaced(statement: &Expression) -> Issue {
    let node = Model::of(statement);
    let message =
        format!("This {} is unacceptable as a top level construct in this location", labels::label(node));
    let hint = "a module's file holds only definitions; what is to be done belongs into one of them";
    error("ILLEGAL_TOP_CONSTRUCT_LOCATION", node, message).hint(hint)
}

/// Nodes are definitions too, yet not of modules.
fn is_definition(statement: &Expression) -> bool {
    let other = matches!(
        statement.kind,
        ExpressionKind::TypeAlias(_) | ExpressionKind::TypeMapping(_) | ExpressionKind::TypeDefinition(_)
    );
    other || defined_name(statement).is_some()
}

fn defined_name(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Class(class) => Some(&class.name),
        ExpressionKind::Define(define) => Some(&define.name),
        ExpressionKind::Function(function) => Some(&function.name),
        ExpressionKind::Plan(plan) => Some(&plan.name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Location;

    #[test]
    fn a_path_says_what_names_a_file_may_define() {
        let namespace = |name: &str| Location::Namespace(name.to_owned());
        let cases = [
            ("apache/manifests/init.pp", namespace("apache")),
            ("apache/manifests/mod.pp", namespace("apache::mod")),
            ("Apache/manifests/mod/SSL.pp", namespace("apache::mod::ssl")),
            ("apache/manifests/mod/init.pp", namespace("apache::mod::init")),
            ("apache/functions/f.pp", namespace("apache::f")),
            ("apache/types/port.pp", namespace("apache::port")),
            ("apache/plans/init.pp", namespace("apache")),
            ("apache/examples/init.pp", Location::Unloaded),
            ("apache/init.pp", Location::Unloaded),
            ("site.pp", Location::Unloaded),
            ("apache/manifests/x.epp", Location::Outside),
            ("apache/manifests/x.PP", Location::Outside),
        ];
        for (path, expected) in cases {
            assert_eq!(Location::in_modules(path), expected, "{path}");
        }
    }

    #[test]
    fn definitions_stand_under_the_name_of_their_file_and_nothing_else_stands_there() {
        let said = |location: &Location, text: &str| -> Vec<String> {
            let program = crate::parse(text, &crate::Options::default()).program;
            location.issues(&program, "x.pp").into_iter().map(|issue| issue.message).collect()
        };
        let within = Location::Namespace("a::b".to_owned());
        assert!(said(&within, "class a::b { notice(1) } define A::B::c { } type X = Y").is_empty());
        assert!(said(&Location::Outside, "class a { } notice(1)").is_empty());
        let name = "Unacceptable location. The name 'a' is unacceptable in file 'x.pp'";
        let call = "This Function Call is unacceptable as a top level construct in this location";
        assert_eq!(said(&within, "class a { } notice(1)"), [call, name]);
        assert_eq!(said(&Location::Unloaded, "function a() { }"), [name]);
    }
}
