//! `anchor`: a name to hang relationships on.

use crate::schema::{Attribute, ResourceType};

/// The type.
pub static ANCHOR: ResourceType = ResourceType {
    refreshes: true,
    ..ResourceType::new(
        "anchor",
        "Does nothing; other resources come before or after it.",
        &[Attribute::parameter("name", "its name")],
    )
};
