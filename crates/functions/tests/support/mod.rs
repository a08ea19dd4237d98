//! An evaluator just large enough for the cases: literals, operators, calls and lambdas.

mod compilation;
mod lambda;
mod make;
mod operators;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use functions::{Arguments, Block, Compilation, Context, Failure, Level, Raised};
use syntax::ast::{Body, Call, Else, Expression, ExpressionKind, If, MethodCall, Segment, UnaryOperator};
use values::types::{TypeLoader, builtin, known, parameterize};
use values::{Map, Type, Value};

use compilation::Catalog;
use lambda::Lambda;

pub type Answer = Result<Value, Raised>;
/// Variables, shared with the lambdas that see them.
pub type Scope = Rc<RefCell<HashMap<String, Value>>>;

/// What calls the functions.
pub struct Machine {
    variables: Scope,
    catalog: Catalog,
    /// What was logged: level and message.
    pub logs: Vec<(String, String)>,
}

impl Machine {
    pub fn new() -> Self {
        let fqdn = Value::hash([("fqdn", Value::from("web01.example.com"))]);
        let facts = Value::hash([("networking", fqdn)]);
        let variables = HashMap::from([("facts".to_owned(), facts)]);
        Self { variables: Rc::new(RefCell::new(variables)), catalog: Catalog::default(), logs: Vec::new() }
    }

    /// The value of the last statement.
    pub fn run(&mut self, code: &str) -> Result<Value, String> {
        let parse = syntax::parse(code, &syntax::Options::default());
        let refused = |issue: &&syntax::Issue| {
            issue.severity == syntax::Severity::Error && !issue.message.contains("has no effect")
        };
        if let Some(issue) = parse.issues.iter().find(refused) {
            return Err(issue.message.clone());
        }
        let scope = self.variables.clone();
        let mut last = Value::Undef;
        for statement in &parse.program.statements {
            last =
                Evaluation { scope: scope.clone(), context: self }.evaluate(statement).map_err(|raised| {
                    match raised {
                        Raised::Failure(failure) => failure.message,
                        Raised::Break => "break() from context where this is illegal".into(),
                        other => format!("{other:?}"),
                    }
                })?;
        }
        Ok(last)
    }
}

impl Context for Machine {
    fn call(&mut self, name: &str, arguments: &[Value], block: Option<&dyn Block>) -> Answer {
        match functions::find(name) {
            Some(function) => function.call(self, &Arguments { values: arguments, block }),
            None => fail(format!("Unknown function '{name}'")),
        }
    }

    fn types(&self) -> &dyn TypeLoader {
        builtin()
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.variables.borrow().get(name.strip_prefix("::").unwrap_or(name)).cloned()
    }

    fn log(&mut self, level: Level, message: String) {
        if !matches!(level, Level::Debug | Level::Info) {
            self.logs.push((format!("{level:?}").to_lowercase(), message));
        }
    }

    fn compilation(&mut self) -> Option<&mut dyn Compilation> {
        Some(&mut self.catalog)
    }
}

pub fn fail<T>(message: impl Into<String>) -> Result<T, Raised> {
    Err(Failure::new(message).into())
}

pub fn said<T, E: ToString>(result: Result<T, E>) -> Result<T, Raised> {
    result.or_else(|error| fail(error.to_string()))
}

/// Code being evaluated, with the variables that it sees.
pub struct Evaluation<'a> {
    pub scope: Scope,
    pub context: &'a mut dyn Context,
}

impl Evaluation<'_> {
    pub fn body(&mut self, body: Option<&Body>) -> Answer {
        let mut last = Value::Undef;
        for statement in body.into_iter().flat_map(|body| &body.statements) {
            last = self.evaluate(statement)?;
        }
        Ok(last)
    }

    fn all(&mut self, expressions: &[Expression]) -> Result<Vec<Value>, Raised> {
        let mut values = Vec::new();
        for expression in expressions {
            match &expression.kind {
                ExpressionKind::Unary(unary) if unary.operator == UnaryOperator::Splat => {
                    values.extend(self.evaluate(&unary.operand)?.as_array().into_iter().flatten().cloned());
                }
                _ => values.push(self.evaluate(expression)?),
            }
        }
        Ok(values)
    }

    pub fn evaluate(&mut self, expression: &Expression) -> Answer {
        Ok(match &expression.kind {
            ExpressionKind::Undef => Value::Undef,
            ExpressionKind::Default => Value::Default,
            ExpressionKind::Boolean(value) => Value::Boolean(*value),
            ExpressionKind::Integer(integer) => Value::Integer(integer.value),
            ExpressionKind::Float(value) => Value::Float(*value),
            ExpressionKind::String(text) | ExpressionKind::QualifiedName(text) => Value::String(text.clone()),
            ExpressionKind::ConcatenatedString(segments) => self.concatenated(segments)?,
            ExpressionKind::Regexp(source) => Value::Regexp(Arc::new(said(regexp::Regexp::new(source))?)),
            ExpressionKind::Array(elements) => Value::array(self.all(elements)?),
            ExpressionKind::Hash(entries) => {
                let mut map = Map::default();
                for entry in entries {
                    map.insert(self.evaluate(&entry.key)?, self.evaluate(&entry.value)?);
                }
                Value::Hash(Arc::new(map))
            }
            ExpressionKind::Variable(name) => self.variable(name)?,
            ExpressionKind::Parenthesized(inner) => self.evaluate(inner)?,
            ExpressionKind::Unary(unary) => operators::unary(unary.operator, self.evaluate(&unary.operand)?)?,
            ExpressionKind::Binary(binary) => {
                let left = self.evaluate(&binary.left)?;
                operators::binary(binary.operator, &left, &mut || self.evaluate(&binary.right))?
            }
            ExpressionKind::QualifiedReference(name) => Value::Type(self.reference(name)?),
            ExpressionKind::Assignment(assignment) => {
                let value = self.evaluate(&assignment.right)?;
                if let ExpressionKind::Variable(name) = &assignment.left.kind {
                    self.scope.borrow_mut().insert(name.to_string(), value.clone());
                }
                value
            }
            ExpressionKind::Access(access) => {
                let left = self.evaluate(&access.left)?;
                let keys = self.all(&access.keys)?;
                match &left {
                    Value::Type(found) => said(parameterize(found, &keys))?,
                    other => {
                        return self.context.call(
                            "dig",
                            &[std::slice::from_ref(other), keys.as_slice()].concat(),
                            None,
                        );
                    }
                }
            }
            ExpressionKind::If(choice) => self.choice(choice)?,
            ExpressionKind::Call(call) => self.call(call)?,
            ExpressionKind::MethodCall(call) => self.method(call)?,
            other => return fail(format!("the tests cannot evaluate {other:?}")),
        })
    }

    fn variable(&mut self, name: &str) -> Answer {
        let local = self.scope.borrow().get(name).cloned();
        match local.or_else(|| self.context.variable(name)) {
            Some(value) => Ok(value),
            None => fail(format!("Unknown variable: '{name}'.")),
        }
    }

    fn concatenated(&mut self, segments: &[Segment]) -> Answer {
        let mut result = String::new();
        for segment in segments {
            match segment {
                Segment::Text(text, _) => result.push_str(text),
                Segment::Interpolation(inner) => {
                    let value = match &inner.kind {
                        ExpressionKind::QualifiedName(name) => self.variable(name)?,
                        _ => self.evaluate(inner)?,
                    };
                    result.push_str(&value.to_string());
                }
            }
        }
        Ok(result.into())
    }

    fn reference(&self, name: &str) -> Result<Type, Raised> {
        let lower = name.to_lowercase();
        match known::by_name(&lower).or(said(self.context.types().load(&lower))?) {
            Some(found) => Ok(found),
            None => Ok(Type::resource(name, None)),
        }
    }

    fn choice(&mut self, choice: &If) -> Answer {
        if self.evaluate(&choice.test)?.is_truthy() {
            return self.body(choice.then.as_ref());
        }
        match &choice.otherwise {
            Some(Else::If(other)) => self.evaluate(other),
            Some(Else::Body(body)) => self.body(Some(body)),
            None => Ok(Value::Undef),
        }
    }

    fn call(&mut self, call: &Call) -> Answer {
        let arguments = self.all(&call.arguments)?;
        match &call.function.kind {
            ExpressionKind::QualifiedReference(name) => make::value(&self.reference(name)?, &arguments),
            ExpressionKind::QualifiedName(name) => self.invoke(name, &arguments, call.lambda.as_ref()),
            _ => fail("no function"),
        }
    }

    fn method(&mut self, call: &MethodCall) -> Answer {
        let ExpressionKind::NamedAccess(access) = &call.function.kind else { return fail("no method") };
        let mut arguments = vec![self.evaluate(&access.left)?];
        if let Value::Object(instance) = &arguments[0]
            && let Some(value) = instance.get(&access.name)
        {
            return Ok(value.clone());
        }
        arguments.extend(self.all(&call.arguments)?);
        self.invoke(&access.name, &arguments, call.lambda.as_ref())
    }

    fn invoke(&mut self, name: &str, arguments: &[Value], lambda: Option<&syntax::ast::Lambda>) -> Answer {
        let lambda = lambda.map(|tree| Lambda::new(tree, &self.scope)).transpose()?;
        self.context.call(name, arguments, lambda.as_ref().map(|lambda| lambda as &dyn Block))
    }
}
