//! What Puppet says against a `hiera.yaml`, and how it finds the line.

use crate::config::LayerKind;
use crate::error::LookupError;

/// Makes errors about one file.
#[derive(Clone, Copy)]
pub(crate) struct Issues<'a> {
    pub path: Option<&'a str>,
    pub text: &'a str,
}

const FUNCTIONS: &str = "data_hash, lookup_key, data_dig, or hiera3_backend";
const LOCATIONS: &str = "path, paths, glob, globs, uri, uris, or mapped_paths";

impl Issues<'_> {
    fn fail(&self, issue: &'static str, message: String, line: Option<u32>) -> LookupError {
        LookupError::issue(issue, message).at(self.path, line)
    }

    pub fn unsupported_version(&self, version: i64) -> LookupError {
        let message = format!("This runtime does not support hiera.yaml version {version}");
        let mut error = self.fail("HIERA_UNSUPPORTED_VERSION", message, None);
        error.hint = Some("write `version: 5`".into());
        error
    }

    pub fn version_3_not_global(&self, layer: LayerKind) -> LookupError {
        let place = if layer == LayerKind::Module { "a module" } else { "an environment" };
        let message = format!("hiera.yaml version 3 cannot be used in {place}");
        let mut error = self.fail("HIERA_VERSION_3_NOT_GLOBAL", message, None);
        error.hint = Some("write it as version 5, which begins with `version: 5`".into());
        error
    }

    pub fn version_4_in_global(&self) -> LookupError {
        let message = "hiera.yaml version 4 cannot be used in the global layer".to_owned();
        self.fail("HIERA_UNSUPPORTED_VERSION_IN_GLOBAL", message, None)
    }

    pub fn undefined_variable(&self, name: &str) -> LookupError {
        let line = self.line_matching(&format!("%\\{{['\"]?{name}['\"]?}}"), 1);
        self.fail("HIERA_UNDEFINED_VARIABLE", format!("Undefined variable '{name}'"), line)
    }

    pub fn backend_twice(&self, name: &str) -> LookupError {
        let (line, first) = self.second_line(&format!("[^\\w]{name}(?:[^\\w]|$)"));
        let message = with_first(format!("Backend '{name}' is defined more than once."), first);
        self.fail("HIERA_BACKEND_MULTIPLY_DEFINED", message, line)
    }

    pub fn name_twice(&self, name: &str) -> LookupError {
        let (line, first) = self.second_line(&format!("\\s+name:\\s+['\"]?{name}(?:[^\\w]|$)"));
        let message = with_first(format!("Hierarchy name '{name}' defined more than once."), first);
        self.fail("HIERA_HIERARCHY_NAME_MULTIPLY_DEFINED", message, line)
    }

    pub fn no_provider_for_backend(&self, name: &str) -> LookupError {
        let line = self.line_matching(&format!("[^\\w]{name}(?:[^\\w]|$)"), 1);
        let message = format!("No data provider is registered for backend '{name}'");
        self.fail("HIERA_NO_PROVIDER_FOR_BACKEND", message, line)
    }

    pub fn version_3_backend_not_global(&self) -> LookupError {
        let line = self.line_matching("\\s+hiera3_backend:", 1);
        self.fail(
            "HIERA_V3_BACKEND_NOT_GLOBAL",
            "'hiera3_backend' is only allowed in the global layer".to_owned(),
            line,
        )
    }

    pub fn version_3_backend_replaced(&self, name: &str) -> LookupError {
        let line = self.line_matching(&format!("\\s+hiera3_backend:\\s*['\"]?{name}(?:[^\\w]|$)"), 1);
        let message = format!("Use \"data_hash: {name}_data\" instead of \"hiera3_backend: {name}\"");
        self.fail("HIERA_V3_BACKEND_REPLACED_BY_DATA_HASH", message, line)
    }

    pub fn default_hierarchy_not_in_module(&self) -> LookupError {
        let line = self.line_matching("(?:^|\\s+)default_hierarchy:", 1);
        let message = "'default_hierarchy' is only allowed in the module layer".to_owned();
        self.fail("HIERA_DEFAULT_HIERARCHY_NOT_IN_MODULE", message, line)
    }

    pub fn missing_function(&self, name: &str) -> LookupError {
        let message = format!("One of {FUNCTIONS} must be defined in hierarchy '{name}'");
        self.fail("HIERA_MISSING_DATA_PROVIDER_FUNCTION", message, None)
    }

    pub fn several_functions(&self, name: &str) -> LookupError {
        let message = format!("Only one of {FUNCTIONS} can be defined in hierarchy '{name}'");
        self.fail("HIERA_MULTIPLE_DATA_PROVIDER_FUNCTIONS", message, None)
    }

    pub fn several_functions_in_defaults(&self) -> LookupError {
        let message = format!("Only one of {FUNCTIONS} can be defined in defaults");
        self.fail("HIERA_MULTIPLE_DATA_PROVIDER_FUNCTIONS_IN_DEFAULT", message, None)
    }

    pub fn several_locations(&self, name: &str) -> LookupError {
        let message = format!("Only one of {LOCATIONS} can be defined in hierarchy '{name}'");
        self.fail("HIERA_MULTIPLE_LOCATION_SPECS", message, None)
    }

    pub fn reserved_option(&self, key: &str, name: &str) -> LookupError {
        let message = format!("Option key '{key}' used in hierarchy '{name}' is reserved by Puppet");
        self.fail("HIERA_OPTION_RESERVED_BY_PUPPET", message, None)
    }

    pub fn reserved_default_option(&self, key: &str) -> LookupError {
        let message = format!("Option key '{key}' used in defaults is reserved by Puppet");
        self.fail("HIERA_DEFAULT_OPTION_RESERVED_BY_PUPPET", message, None)
    }

    pub fn function_not_found(&self, kind: &str, name: &str) -> LookupError {
        let message = format!("Unable to find '{kind}' function named '{name}'");
        self.fail("HIERA_DATA_PROVIDER_FUNCTION_NOT_FOUND", message, None)
    }

    /// The second line that matches and the first; where there is one only, that one and none.
    fn second_line(&self, pattern: &str) -> (Option<u32>, Option<u32>) {
        let first = self.line_matching(pattern, 1);
        match first.and_then(|first| self.line_matching(pattern, first + 1)) {
            Some(second) => (Some(second), first),
            None => (first, None),
        }
    }

    /// The first line from `start` on that matches, comments left out.
    fn line_matching(&self, pattern: &str, start: u32) -> Option<u32> {
        let pattern = regexp::Regexp::new(pattern).ok()?;
        let lines = (1..).zip(self.text.split_inclusive('\n'));
        lines
            .skip_while(|(number, _)| *number < start)
            .find(|(_, line)| pattern.is_match(without_comment(line)).unwrap_or(false))
            .map(|(number, _)| number)
    }
}

/// Puppet ends a line at any `#`, also at one in quotes.
fn without_comment(line: &str) -> &str {
    line.split('#').next().unwrap_or_default()
}

fn with_first(message: String, first: Option<u32>) -> String {
    match first {
        Some(line) => format!("{message} First defined at (line: {line})"),
        None => message,
    }
}
