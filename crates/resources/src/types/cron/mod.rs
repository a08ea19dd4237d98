//! `cron`: entries of users' crontabs, installed by the image's own `crontab`.

mod provider;
mod table;

use catalog::Value;

use self::provider::Crontab;
use self::table::values;
use crate::resource::Resource;
use crate::schema::{Attribute, Fallback, ResourceType, matches};

const SPECIALS: [&str; 9] =
    ["reboot", "yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly", "absent"];

const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const MONTHS: [&str; 13] = [
    "___placeholder",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The type.
pub static CRON: ResourceType = ResourceType {
    validate,
    autorequires: |resource, _| {
        resource.text("user").map(|user| ("user", user.to_owned())).into_iter().collect()
    },
    foreign: |resource| {
        let provider = resource.parameter("provider").map(Value::ruby_text)?;
        (provider != "crontab").then(|| format!("provider `{provider}`"))
    },
    provider: || Box::new(Crontab::default()),
    ..ResourceType::new(
        "cron",
        "Manages an entry of a user's crontab.",
        &[
            Attribute::ensure_if_managed(),
            Attribute::property("command", "what is run")
                .check(|value, _| Ok(Value::text(value.ruby_text().trim()))),
            Attribute::property("special", "a time with a name").check(special),
            Attribute::property("minute", "minutes").all().check(|it, _| time(it, "minute", 0, 59, &[])),
            Attribute::property("hour", "hours").all().check(|it, _| time(it, "hour", 0, 23, &[])),
            Attribute::property("weekday", "days of the week")
                .all()
                .check(|it, _| time(it, "weekday", 0, 7, &WEEKDAYS)),
            Attribute::property("month", "months").all().check(|it, _| time(it, "month", 1, 12, &MONTHS)),
            Attribute::property("monthday", "days of the month")
                .all()
                .check(|it, _| time(it, "monthday", 1, 31, &[])),
            Attribute::property("environment", "variables above it").all().check(environment),
            Attribute::property("user", "whose it is"),
            Attribute::property("target", "the table").fallback(Fallback::Computed(|resource| {
                Some(resource.should("user").cloned().unwrap_or_else(|| "root".into()))
            })),
            Attribute::parameter("name", "its name"),
            Attribute::parameter("provider", "how it is managed"),
        ],
    )
};

fn special(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    if !SPECIALS.contains(&text.as_str()) {
        return Err(format!("Invalid special schedule {}", value.ruby_inspect()));
    }
    Ok(if text == "absent" { Value::absent() } else { Value::text(text) })
}

fn time(value: &Value, name: &str, lower: i64, upper: i64, names: &[&str]) -> Result<Value, String> {
    let text = value.ruby_text();
    if text == "absent" || text == "*" {
        return Ok(Value::absent());
    }
    if matches(r"\A(\*/[0-9]+|[0-9]+-[0-9]+(/[0-9]+)?)\z", &text) {
        return Ok(Value::text(text));
    }
    let number = text.parse::<i64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let word = text.to_lowercase();
    let named = || {
        let short = |name: &&str| word.len() == 3 && name[..3] == word;
        names.iter().position(|name| *name == word || short(name))
    };
    match number {
        Some(number) if (lower..=upper).contains(&number) => Ok(Value::text(text)),
        None if named().is_some() => Ok(Value::text(named().unwrap_or_default().to_string())),
        _ => {
            let shown = value.ruby_inspect();
            Err(format!("Munging failed for value {shown} in class {name}: {text} is not a valid {name}"))
        }
    }
}

fn environment(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    if text == "absent" || matches(r"^\s*(\w+)\s*=\s*(.*)\s*$", &text) {
        Ok(value.clone())
    } else {
        Err(format!("Invalid environment setting {}", value.ruby_inspect()))
    }
}

fn validate(resource: &mut Resource) -> Result<Vec<String>, String> {
    if resource.should("special").is_none_or(|special| special.is("absent")) {
        return Ok(Vec::new());
    }
    for field in ["minute", "hour", "weekday", "monthday", "month"] {
        if values(resource, field).is_some_and(|values| !values.is_empty()) {
            let reference = &resource.reference;
            return Err(format!(
                "{reference} cannot specify both a special schedule and a value for {field}"
            ));
        }
    }
    Ok(Vec::new())
}
