//! Looks accounts up and compares them.

use catalog::Value;
use system::accounts;

use super::change::{check_shell, create, modify, set_password};
use crate::display;
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::resource::Resource;
use crate::types::accounts::{could_not, run, tool};

/// Applies one.
pub(super) struct Users;

/// The number of a group that is given by name or number.
pub(super) fn group_number(value: &Value, context: &Context<'_>) -> Option<i64> {
    match value {
        Value::Integer(id) => Some(*id),
        name => accounts::group_named(context.system, &name.ruby_text()).map(|group| group.id.into()),
    }
}

/// The groups that a user is to have: sorted, with those that it has unless the list is all there is.
pub(super) fn wanted_groups(resource: &Resource, current: &[String]) -> Option<Vec<String>> {
    let wanted = resource.parameters.get("groups")?;
    let mut groups: Vec<String> = wanted.elements().iter().map(Value::ruby_text).collect();
    if resource.text("membership") != Some("inclusive") {
        groups.extend(current.iter().cloned());
    }
    groups.sort();
    groups.dedup();
    Some(groups)
}

/// A day counted from 1970 as a date.
fn date(days: i64) -> String {
    // The civil calendar from a day's number, by eras of 400 years.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

impl Provider for Users {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let name = resource.name().to_owned();
        let mut state = State::new();
        let Some(user) = accounts::user_named(context.system, &name) else {
            state.extend(resource.properties().into_iter().map(|property| (property, Value::absent())));
            state.insert("ensure", Value::absent());
            return Ok(state);
        };
        state.insert("ensure", Value::symbol("present"));
        state.insert("home", Value::text(user.home));
        state.insert("uid", Value::Integer(user.id.into()));
        state.insert("gid", Value::Integer(user.group.into()));
        state.insert("comment", Value::text(user.comment));
        state.insert("shell", Value::text(user.shell));
        let groups = accounts::groups_of(context.system, &name);
        state.insert("groups", Value::List(groups.into_iter().map(Value::Text).collect()));
        let shadow = accounts::shadow(context.system, &name);
        let number = |days: Option<i64>| Value::Integer(days.unwrap_or(-1));
        let days = |pick: fn(&accounts::Shadow) -> Option<i64>| {
            shadow.as_ref().map_or_else(Value::absent, |shadow| number(pick(shadow)))
        };
        state.insert("password_min_age", days(|shadow| shadow.minimum));
        state.insert("password_max_age", days(|shadow| shadow.maximum));
        state.insert("password_warn_days", days(|shadow| shadow.warning));
        let closed = shadow.as_ref().and_then(|shadow| shadow.expiry);
        state.insert("expiry", closed.map_or_else(Value::absent, |days| Value::text(date(days))));
        let password = shadow.map(|shadow| Value::text(shadow.password));
        state.insert("password", password.unwrap_or_else(Value::absent));
        Ok(state)
    }

    fn in_sync(
        &mut self,
        property: &'static str,
        is: &Value,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<bool, Failure> {
        match property {
            "gid" => {
                let wanted = resource.parameters.get("gid").map(Value::elements).unwrap_or_default();
                Ok(wanted
                    .iter()
                    .any(|one| group_number(one, context).map(Value::Integer).as_ref() == Some(is)))
            }
            "groups" => {
                let current: Vec<String> = match is {
                    Value::List(groups) => groups.iter().map(Value::ruby_text).collect(),
                    _ => Vec::new(),
                };
                let mut sorted = current.clone();
                sorted.sort();
                Ok(wanted_groups(resource, &current).is_none_or(|wanted| wanted == sorted))
            }
            _ => Ok(resource.matches(property, is)),
        }
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        match property {
            "ensure" if resource.should("ensure").is_some_and(|ensure| ensure.is("absent")) => {
                let mut words = vec![tool("userdel", context)];
                words.extend(resource.truth("managehome").then(|| "-r".to_owned()));
                words.push(resource.name().to_owned());
                run(words, false, context).map(drop).map_err(|it| could_not("delete", resource, it))
            }
            "ensure" => create(resource, context),
            "password" => set_password(resource, context),
            "shell" => {
                check_shell(resource, context)?;
                modify(property, resource, context)
            }
            "gid" => {
                let wanted = resource.parameters.get("gid").map(Value::elements).unwrap_or_default();
                if wanted.iter().any(|one| group_number(one, context).is_some()) {
                    return modify(property, resource, context);
                }
                let names: Vec<String> = wanted.iter().map(Value::ruby_text).collect();
                Err(Failure::new(format!("Could not find group(s) {}", names.join(","))))
            }
            _ => modify(property, resource, context),
        }
    }

    fn change(
        &self,
        property: &'static str,
        is: &Value,
        resource: &Resource,
        context: &Context<'_>,
    ) -> String {
        let mut wanted = self.should_text(property, resource, context);
        if property == "groups" {
            let current = accounts::groups_of(context.system, resource.name());
            let groups = wanted_groups(resource, &current).unwrap_or_default();
            wanted = display::value(&Value::List(groups.into_iter().map(Value::Text).collect()));
        }
        let was = self.is_text(property, is, resource, context);
        display::change(property, is, resource.should(property), &was, &wanted)
    }

    fn is_text(&self, property: &str, is: &Value, _: &Resource, _: &Context<'_>) -> String {
        match (property, is) {
            ("groups", Value::List(groups)) => {
                groups.iter().map(Value::ruby_text).collect::<Vec<_>>().join(",")
            }
            _ => display::value(is),
        }
    }

    fn should_text(&self, property: &str, resource: &Resource, context: &Context<'_>) -> String {
        if property == "groups" {
            let current = accounts::groups_of(context.system, resource.name());
            let groups = wanted_groups(resource, &current).unwrap_or_default();
            return display::value(&Value::text(groups.join(",")));
        }
        resource.should(property).map_or_else(|| "''".into(), display::value)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_are_dates() {
        for (days, expected) in
            [(0, "1970-01-01"), (20_000, "2024-10-04"), (11_016, "2000-02-29"), (-1, "1969-12-31")]
        {
            assert_eq!(super::date(days), expected);
        }
    }
}
