//! Operators, and how they are written.

macro_rules! operators {
    ($(#[$about:meta])* $name:ident { $($variant:ident $text:literal)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`")] $variant,)*
        }

        impl $name {
            /// As written.
            pub fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

operators! {
    /// A prefix operator.
    UnaryOperator { Not "!" Minus "-" Splat "*" }
}

operators! {
    /// An operator that makes one value of two.
    BinaryOperator {
        In "in" Match "=~" NotMatch "!~"
        Times "*" Divide "/" Modulo "%" Plus "+" Minus "-" LeftShift "<<" RightShift ">>"
        Equal "==" NotEqual "!=" GreaterOrEqual ">=" Greater ">" Less "<" LessOrEqual "<="
        And "and" Or "or"
    }
}

operators! {
    /// `=`, and the two that Puppet has given up but still reads.
    AssignmentOperator { Assign "=" Append "+=" Delete "-=" }
}

operators! {
    /// A chaining arrow.
    RelationshipOperator { Before "->" Notify "~>" After "<-" Subscribe "<~" }
}
