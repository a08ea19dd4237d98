//! The Puppet language evaluated: a syntax tree, the variables around it and functions give a value, or an error
//! in Puppet's words at Puppet's place.
//!
//! ```
//! use eval::{Evaluator, MemoryWorld, Source};
//!
//! let world = MemoryWorld::default();
//! let source = Source::read("site.pp", "$ports = [80, 443]\n$ports[-1] + 1")?;
//! let evaluator = Evaluator::new(&world);
//! assert_eq!(evaluator.evaluate_source(&source)?, 444.into());
//! # Ok::<(), functions::Failure>(())
//! ```
//!
//! An [`Evaluator`] borrows everything it evaluates for `'w`, so no tree is ever copied: definitions that are
//! evaluated later (lambdas, functions, and what catalogs are made of) are references into it. What lies outside it
//! asks of a [`World`]; what only the making of a catalog can do, of a [`Declarations`]. Each concern is a module:
//!
//! | module | what |
//! | --- | --- |
//! | `scope` | variables: top, node, class and local scopes, match variables |
//! | `evaluator` | which expression is evaluated by whom |
//! | `literal`, `variable`, `assignment`, `operator`, `access`, `control`, `call`, `template` | the kinds of expression |
//! | `closure` | lambdas and functions written in Puppet: parameters, types, results |
//! | `failure` | errors with their place |
//!
//! Deliberately unaware of files, modules, facts and catalogs.

mod access;
mod assignment;
mod call;
mod caller;
mod closure;
mod control;
mod evaluator;
mod failure;
mod kept;
mod label;
mod literal;
mod nesting;
mod operator;
mod ruby;
mod scope;
mod source;
mod template;
mod variable;
mod world;

pub use closure::Closure;
pub use evaluator::{Evaluator, Frame, Outcome};
pub use failure::{Told, puppet_message};
pub use kept::KeptSources;
pub use scope::{Scope, ScopeKind};
pub use source::Source;
pub use world::{Callee, Declarations, MemoryWorld, World};
