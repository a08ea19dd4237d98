//! `stage`: a container of classes.

use crate::schema::{Attribute, ResourceType};

/// The type. The engine puts anchors in its place, as it does for classes.
pub static STAGE: ResourceType = ResourceType::new(
    "stage",
    "Contains classes that are applied together.",
    &[Attribute::parameter("name", "its name")],
);
