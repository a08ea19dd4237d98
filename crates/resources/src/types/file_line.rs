//! `file_line`: one line of a file.

use catalog::Value;
use fancy_regex::Regex;

use super::ini_setting::full_path;
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::resource::Resource;
use crate::schema::{Attribute, Fallback, ResourceType, ruby_regex};

const TRUTHS: &[(&str, &str)] = &[("true", "true"), ("false", "false")];
const NO: Fallback = Fallback::Boolean(false);
const YES: Fallback = Fallback::Boolean(true);

/// The type.
pub static FILE_LINE: ResourceType = ResourceType {
    validate,
    autorequires: |resource, _| {
        resource.text("path").map(|path| ("file", path.to_owned())).into_iter().collect()
    },
    foreign: |resource| {
        let encoding = resource.parameter("encoding").map(Value::ruby_text)?;
        (!encoding.eq_ignore_ascii_case("utf-8")).then(|| format!("encoding `{encoding}`"))
    },
    provider: || Box::new(Line),
    ..ResourceType::new(
        "file_line",
        "Sees to it that a line stands in a file, or does not.",
        &[
            Attribute::ensure(),
            Attribute::property("line", "the line"),
            Attribute::parameter("name", "its name"),
            Attribute::parameter("match", "lines that it replaces"),
            Attribute::parameter("match_for_absence", "whether those are removed").words(TRUTHS).fallback(NO),
            Attribute::parameter("multiple", "whether there may be several").words(TRUTHS),
            Attribute::parameter("after", "lines that it stands behind"),
            Attribute::parameter("path", "the file").check(full_path),
            Attribute::parameter("replace", "whether a match is replaced").words(TRUTHS).fallback(YES),
            Attribute::parameter(
                "replace_all_matches_not_matching_line",
                "whether all matches are replaced even if the line is there",
            )
            .words(TRUTHS)
            .fallback(NO),
            Attribute::parameter("encoding", "of the file").default("UTF-8"),
            Attribute::parameter("append_on_no_match", "whether it is added without a match")
                .words(TRUTHS)
                .fallback(YES),
        ],
    )
};

fn validate(resource: &mut Resource) -> Result<Vec<String>, String> {
    let is = |name: &str, wanted: &str| resource.text(name) == Some(wanted);
    let all = is("replace_all_matches_not_matching_line", "true");
    if all && is("multiple", "false") {
        return Err("multiple must be true when replace_all_matches_not_matching_line is true".into());
    }
    if all && is("replace", "false") {
        return Err("replace must be true when replace_all_matches_not_matching_line is true".into());
    }
    let by_match =
        is("ensure", "absent") && is("match_for_absence", "true") && resource.should("match").is_some();
    if resource.should("line").is_none() && !by_match {
        return Err("line is a required attribute".into());
    }
    if resource.should("path").is_none() {
        return Err("path is a required attribute".into());
    }
    Ok(Vec::new())
}

struct Line;

/// The file's lines with their ends, and what the resource wants of them.
struct Work {
    path: String,
    lines: Vec<String>,
    line: String,
    wanted: Option<Regex>,
    after: Option<Regex>,
}

fn is_match(pattern: &Regex, line: &str) -> bool {
    pattern.is_match(line).unwrap_or_default()
}

fn work(resource: &Resource, context: &Context<'_>) -> Result<Work, Failure> {
    let path = resource.text("path").unwrap_or_default().to_owned();
    let text = match context.system.read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && context.is_noop(resource) => {
            String::new()
        }
        Err(error) => return Err(Failure::kernel(&error, &format!("rb_sysopen - {path}"))),
    };
    let pattern = |name: &str| resource.text(name).map(ruby_regex).transpose();
    Ok(Work {
        path,
        lines: text.split_inclusive('\n').map(str::to_owned).collect(),
        line: resource.should("line").map(Value::ruby_text).unwrap_or_default(),
        wanted: pattern("match").map_err(Failure::surprise)?,
        after: pattern("after").map_err(Failure::surprise)?,
    })
}

impl Work {
    fn is_line(&self, line: &str) -> bool {
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line) == self.line
    }

    fn matches(&self, resource: &Resource) -> usize {
        let Some(wanted) = &self.wanted else { return 0 };
        let all = resource.text("replace_all_matches_not_matching_line") == Some("true");
        self.lines.iter().filter(|line| !(all && self.is_line(line)) && is_match(wanted, line)).count()
    }

    fn exists(&self, resource: &Resource) -> bool {
        let is = |name: &str, wanted: &str| resource.text(name) == Some(wanted);
        let there = self.lines.iter().any(|line| self.is_line(line));
        if self.wanted.is_none() {
            return there;
        }
        let matched = self.matches(resource) > 0;
        if is("ensure", "present") {
            match () {
                () if !matched => there || is("append_on_no_match", "false"),
                () if is("replace_all_matches_not_matching_line", "true") => false,
                () if !there => is("replace", "false"),
                () => true,
            }
        } else if matched && !there {
            is("match_for_absence", "true")
        } else {
            matched || there
        }
    }

    fn create(&self, resource: &Resource) -> Result<Option<String>, Failure> {
        let is = |name: &str, wanted: &str| resource.text(name) == Some(wanted);
        let mut count = self.matches(resource);
        if !is("replace", "true") && count > 0 {
            return Ok(None);
        }
        let mut text = String::new();
        if let Some(wanted) = &self.wanted {
            self.refuse_many(count, resource)?;
            for line in &self.lines {
                put(&mut text, if is_match(wanted, line) { &self.line } else { line });
                if count == 0 && self.after.as_ref().is_some_and(|after| is_match(after, line)) {
                    put(&mut text, &self.line);
                    count += 1;
                }
            }
            if count == 0 {
                put(&mut text, &self.line);
            }
            return Ok(Some(text));
        }
        let behind = |line: &str| self.after.as_ref().is_some_and(|after| is_match(after, line));
        let found = self.lines.iter().filter(|line| behind(line)).count();
        if found > 1 && !is("multiple", "true") {
            let (pattern, path) = (resource.text("after").unwrap_or_default(), &self.path);
            return Err(Failure::new(format!(
                "{found} lines match pattern '{pattern}' in file '{path}'. One or no line must match the pattern."
            )));
        }
        for line in &self.lines {
            put(&mut text, line);
            if behind(line) {
                put(&mut text, &self.line);
            }
        }
        if found == 0 {
            put(&mut text, &self.line);
        }
        Ok(Some(text))
    }

    fn destroy(&self, resource: &Resource) -> Result<String, Failure> {
        let by_match = resource.text("match_for_absence") == Some("true");
        match self.wanted.as_ref().filter(|_| by_match) {
            Some(wanted) => {
                self.refuse_many(self.matches(resource), resource)?;
                Ok(self.lines.iter().filter(|line| !is_match(wanted, line)).cloned().collect())
            }
            None => Ok(self.lines.iter().filter(|line| !self.is_line(line)).cloned().collect()),
        }
    }

    fn refuse_many(&self, count: usize, resource: &Resource) -> Result<(), Failure> {
        if count > 1 && resource.text("multiple") != Some("true") {
            let (pattern, path) = (resource.text("match").unwrap_or_default(), &self.path);
            let text = format!("More than one line in file '{path}' matches pattern '{pattern}'");
            return Err(Failure::new(text));
        }
        Ok(())
    }
}

/// A line with its end, as Ruby's `puts` writes one.
fn put(text: &mut String, line: &str) {
    text.push_str(line);
    if !line.ends_with('\n') {
        text.push('\n');
    }
}

impl Provider for Line {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        let there = work(resource, context)?.exists(resource);
        let ensure = if there { Value::symbol("present") } else { Value::absent() };
        let line = resource.should("line").cloned().unwrap_or_default();
        Ok(State::from([("ensure", ensure), ("line", line)]))
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        if property != "ensure" {
            return Ok(());
        }
        let work = work(resource, context)?;
        let gone = resource.should("ensure").is_some_and(|ensure| ensure.is("absent"));
        let text = if gone { Some(work.destroy(resource)?) } else { work.create(resource)? };
        let Some(text) = text else { return Ok(()) };
        super::ini_setting::write(&work.path, &text, context)
            .map_err(|failure| failure.while_setting("present", "ensure", &resource.located()))
    }
}
