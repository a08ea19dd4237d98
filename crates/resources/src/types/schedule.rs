//! `schedule` and `filebucket`: types that only other resources speak of.

use crate::schema::{Attribute, ResourceType};

/// When resources may be applied. A build has no earlier runs and no time of day: only `period => never`
/// counts.
pub static SCHEDULE: ResourceType = ResourceType::new(
    "schedule",
    "Says when other resources may be applied.",
    &[
        Attribute::parameter("name", "its name"),
        Attribute::parameter("range", "hours of a day"),
        Attribute::parameter("periodmatch", "how periods are compared"),
        Attribute::parameter("period", "how often"),
        Attribute::parameter("repeat", "how often in a period"),
        Attribute::parameter("weekday", "days of a week"),
    ],
);

/// Where files are kept that Puppet replaces. An image keeps none.
pub static FILEBUCKET: ResourceType = ResourceType::new(
    "filebucket",
    "Keeps what files held before; in a build there is nothing to keep.",
    &[
        Attribute::parameter("name", "its name"),
        Attribute::parameter("server", "where it is"),
        Attribute::parameter("port", "at which port"),
        Attribute::parameter("path", "in which directory"),
    ],
);
