//! The expression, of which everything in Puppet is made, and the forms that take other expressions apart.

use super::{
    Apply, AssignmentOperator, BinaryOperator, Body, Case, Class, Collector, Define, Function, HashEntry,
    Heredoc, If, Integer, Name, Node, Parameter, Plan, RelationshipOperator, Resource, ResourceDefaults,
    ResourceOverride, Segment, Selector, Span, TypeAlias, TypeDefinition, TypeMapping, UnaryOperator,
};

/// A whole text: a manifest, or a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// The statements, in order. Empty for a text of comments and space.
    pub statements: Vec<Expression>,
    /// The whole text.
    pub span: Span,
}

/// An expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// From its first to its last token.
    pub span: Span,
}

/// What an expression is. Large forms are boxed, so that a tree takes little more room than its text.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionKind {
    /// `undef`.
    Undef,
    /// `default`.
    Default,
    /// `true`, `false`.
    Boolean(bool),
    /// `42`, `0x2A`, `052`.
    Integer(Integer),
    /// `4.2`, `42e-1`.
    Float(f64),
    /// A string without interpolation, its escapes resolved: `'a'`, `"a"`, a bare word such as `a-b`.
    String(Name),
    /// `"a ${b} c"`: its segments, without empty text.
    ConcatenatedString(Vec<Segment>),
    /// `@(TEXT)`.
    Heredoc(Box<Heredoc>),
    /// `/a+/`: what stands between the slashes, `\/` read as `/`.
    Regexp(Name),
    /// `[1, 2]`.
    Array(Vec<Expression>),
    /// `{a => 1}`, or entries written without braces among arguments.
    Hash(Vec<HashEntry>),
    /// `a::b`, a bare word that is a name.
    QualifiedName(Name),
    /// `A::B`, as written.
    QualifiedReference(Name),
    /// `$a::b`: the name without the dollar sign; empty for a dollar sign alone, which is an error.
    Variable(Name),
    /// `attr`, `private`: an error wherever it stands.
    ReservedWord(Name),
    /// `! a`, `- a`, `*a`.
    Unary(Box<Unary>),
    /// `(a)`.
    Parenthesized(Box<Expression>),
    /// `a + b` and every other operator that gives a value.
    Binary(Box<Binary<BinaryOperator>>),
    /// `$a = b`.
    Assignment(Box<Binary<AssignmentOperator>>),
    /// `A['x'] -> B['y']`.
    Relationship(Box<Binary<RelationshipOperator>>),
    /// `a[b, c]`.
    Access(Box<Access>),
    /// `a.b` where it names the function of a [`MethodCall`]; it stands nowhere else.
    NamedAccess(Box<NamedAccess>),
    /// `a(b) |$c| { }`, or the statement `a b`.
    Call(Box<Call>),
    /// `a.b(c) |$d| { }`.
    MethodCall(Box<MethodCall>),
    /// What a lambda is to those that walk trees; it stands nowhere but in calls and templates.
    Lambda(Box<Lambda>),
    /// Statements taken together. Only `name { a => 1 }`, a resource without a title, which is an error, gives one
    /// where an expression is expected; all others are a [`Body`].
    Block(Vec<Expression>),
    /// `if`.
    If(Box<If>),
    /// `unless`.
    Unless(Box<If>),
    /// `case`.
    Case(Box<Case>),
    /// `a ? { b => c }`.
    Selector(Box<Selector>),
    /// `file { 'a': }`, also virtual and exported.
    Resource(Box<Resource>),
    /// `File { mode => '0644' }`.
    ResourceDefaults(Box<ResourceDefaults>),
    /// `File['a'] { mode => '0644' }`.
    ResourceOverride(Box<ResourceOverride>),
    /// `File <| title == 'a' |>`.
    Collector(Box<Collector>),
    /// `class`.
    Class(Box<Class>),
    /// `define`.
    Define(Box<Define>),
    /// `function`.
    Function(Box<Function>),
    /// `plan`, where tasks are on.
    Plan(Box<Plan>),
    /// `apply(targets) { }`, where tasks are on.
    Apply(Box<Apply>),
    /// `node`.
    Node(Box<Node>),
    /// `type A = B`.
    TypeAlias(Box<TypeAlias>),
    /// `type Runtime['ruby', 'A'] = B`.
    TypeMapping(Box<TypeMapping>),
    /// `type A { }`, which no Puppet supports.
    TypeDefinition(Box<TypeDefinition>),
    /// The whole of a template: its parameters and its body. The only statement of its [`Program`].
    Epp(Box<Lambda>),
    /// Text of a template.
    RenderString(Name),
    /// `<%= a %>`: the statements between the tags; more than one only within braces.
    RenderExpression(Box<Body>),
}

/// A prefix operator and its operand.
#[derive(Clone, Debug, PartialEq)]
pub struct Unary {
    /// The operator, which stands at the start of the span.
    pub operator: UnaryOperator,
    /// What it is applied to.
    pub operand: Expression,
}

/// An operator between two operands.
#[derive(Clone, Debug, PartialEq)]
pub struct Binary<Operator> {
    /// The operator.
    pub operator: Operator,
    /// Where the operator stands.
    pub operator_span: Span,
    /// The left operand.
    pub left: Expression,
    /// The right operand.
    pub right: Expression,
}

/// `left[keys]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Access {
    /// What is looked into.
    pub left: Expression,
    /// What stands between the brackets.
    pub keys: Vec<Expression>,
}

/// `left.name`.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedAccess {
    /// The first argument of the call.
    pub left: Expression,
    /// The dot.
    pub dot: Span,
    /// The function's name.
    pub name: Name,
    /// Where the name stands.
    pub name_span: Span,
}

/// A call by prefix notation, or by statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function's name as a [`ExpressionKind::QualifiedName`], or a type; anything else is an error.
    pub function: Expression,
    /// What it is called with.
    pub arguments: Vec<Expression>,
    /// The block of code it is given.
    pub lambda: Option<Lambda>,
    /// Whether it stands where its value is used.
    pub value_required: bool,
}

/// A call by chained notation.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodCall {
    /// A [`ExpressionKind::NamedAccess`]: the first argument and the function's name.
    pub function: Expression,
    /// The opening parenthesis, if there is one.
    pub parenthesis: Option<Span>,
    /// The arguments after the first.
    pub arguments: Vec<Expression>,
    /// The block of code it is given.
    pub lambda: Option<Lambda>,
}

/// `|$a, $b| >> Type { }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Lambda {
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Whether a template says what its parameters are; true for every other lambda.
    pub parameters_specified: bool,
    /// What it returns, if that is said.
    pub return_type: Option<Expression>,
    /// Its statements; absent for empty braces.
    pub body: Option<Body>,
    /// From the first bar to the closing brace.
    pub span: Span,
}

impl Expression {
    /// An expression of this kind at this place.
    pub fn new(kind: impl Into<ExpressionKind>, span: Span) -> Self {
        Self { kind: kind.into(), span }
    }

    /// The byte offset at which Puppet says that this expression is, for its messages and for the line of a
    /// resource. Often the start of the span, but the operator for most operators, the dot or the parenthesis for
    /// chained calls, and so on (`record_position` in Puppet's grammar).
    pub fn position(&self) -> u32 {
        match &self.kind {
            ExpressionKind::Binary(binary) => binary.operator_span.start,
            ExpressionKind::Assignment(assignment) => assignment.operator_span.start,
            ExpressionKind::Relationship(relationship) => relationship.operator_span.start,
            ExpressionKind::Access(access) => access.left.position(),
            ExpressionKind::NamedAccess(access) => access.dot.start,
            ExpressionKind::Call(call) => call.function.position(),
            ExpressionKind::MethodCall(call) => {
                call.parenthesis.map_or(call.function.position(), |span| span.start)
            }
            ExpressionKind::Selector(selector) => selector.left.position(),
            ExpressionKind::Collector(collector) => collector.type_expression.position(),
            ExpressionKind::Resource(resource) => resource.position,
            ExpressionKind::ResourceDefaults(defaults) => defaults.position,
            ExpressionKind::ResourceOverride(resource) => resource.position,
            ExpressionKind::Block(statements) => statements.first().map_or(self.span.start, Self::position),
            ExpressionKind::TypeAlias(alias) => alias.name_span.start,
            ExpressionKind::TypeMapping(mapping) => mapping.type_expression.position(),
            _ => self.span.start,
        }
    }
}

impl Default for Program {
    fn default() -> Self {
        Self { statements: Vec::new(), span: Span::at(0) }
    }
}
