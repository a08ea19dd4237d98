//! `environment.conf`, Puppet's own file for what lies where in an environment, and the one line of a
//! Puppetfile that says where modules are installed.
//!
//! Knows only the settings that matter to a build; `environment_timeout` and the like are passed over.

use std::path::PathBuf;
use std::sync::Arc;

use diagnostics::{Diagnostic, Diagnostics, SourceFile, Span};

use crate::reader::repository_path;

/// What `environment.conf` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// Folders in Puppet's order, without `$basemodulepath`, which is a server's.
    pub modulepath: Option<Vec<PathBuf>>,
    /// The main manifest, a file or a folder.
    pub manifest: Option<PathBuf>,
    /// Folders that only a Puppet server has, such as `$codedir/...`, are left out with a warning.
    pub warnings: Diagnostics,
}

/// Parses the text of an `environment.conf`: `name = value` lines, `#` comments, and sections, of which
/// only the nameless and `[main]` count.
pub fn parse_environment(source: &Arc<SourceFile>) -> Result<Environment, Diagnostics> {
    let mut environment = Environment::default();
    let mut problems = Vec::new();
    let mut in_main = true;
    let mut offset = 0;
    for line in source.text().split_inclusive('\n') {
        let start = offset + line.len() - line.trim_start().len();
        offset += line.len();
        let line = line.trim();
        let span = Span::new(start, start + line.len());
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            in_main = section.trim() == "main";
            continue;
        }
        let Some((name, value)) = line.split_once('=') else {
            let message = format!("expected `name = value`, found `{line}`");
            problems.push(Diagnostic::error(message).code("environment-conf").at(source, span));
            continue;
        };
        if in_main {
            let setting = Setting { source, span, value: unquoted(value.trim()) };
            setting.read(name.trim(), &mut environment, &mut problems);
        }
    }
    if problems.is_empty() { Ok(environment) } else { Err(Diagnostics(problems)) }
}

/// The folder that a Puppetfile's `moduledir 'x'` names. The Puppetfile as a whole is not looked at.
pub(crate) fn puppetfile_moduledir(text: &str) -> Option<PathBuf> {
    text.lines().find_map(|line| {
        let rest = line.trim_start().strip_prefix("moduledir")?;
        let rest = rest.trim_start_matches([' ', '\t', '(']);
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let (folder, _) = rest[1..].split_once(quote)?;
        repository_path(folder).ok()
    })
}

struct Setting<'a> {
    source: &'a Arc<SourceFile>,
    span: Span,
    value: &'a str,
}

impl Setting<'_> {
    fn read(&self, name: &str, environment: &mut Environment, problems: &mut Vec<Diagnostic>) {
        match name {
            "manifest" => environment.manifest = self.path(self.value, environment, problems),
            "modulepath" => {
                let folders = self.value.split(':').map(str::trim);
                let folders = folders.filter(|folder| !folder.is_empty() && *folder != "$basemodulepath");
                let folders = folders.filter_map(|folder| self.path(folder, environment, problems)).collect();
                environment.modulepath = Some(folders);
            }
            _ => {}
        }
    }

    /// A path without a variable of a Puppet server in it.
    fn path(
        &self,
        text: &str,
        environment: &mut Environment,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<PathBuf> {
        if text.contains('$') {
            let message = format!("`{text}` is left out: only a Puppet server knows where that is");
            let warning = Diagnostic::warning(message).code("server-path").at(self.source, self.span);
            environment.warnings.0.push(warning);
            return None;
        }
        let refuse = |invalid: crate::Invalid| {
            let diagnostic = Diagnostic::error(invalid.message).code("environment-conf").hints(invalid.hint);
            problems.push(diagnostic.at(self.source, self.span));
        };
        repository_path(text).map_err(refuse).ok()
    }
}

fn unquoted(value: &str) -> &str {
    ['\'', '"'].iter().find_map(|&quote| value.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn parsed(text: &str) -> Result<Environment, Diagnostics> {
        parse_environment(&Arc::new(SourceFile::new("environment.conf", text)))
    }

    #[test]
    fn settings_are_read_as_puppet_reads_them() {
        let text = "# comment\nmodulepath = site-modules:modules : $basemodulepath\r\nmanifest='site.pp'\n\
                    environment_timeout = 0\n[other]\nmanifest = x\n";
        let environment = parsed(text).unwrap();
        assert_eq!(environment.modulepath.unwrap(), [Path::new("site-modules"), Path::new("modules")]);
        assert_eq!(environment.manifest.unwrap(), Path::new("site.pp"));
        assert_eq!(environment.warnings, Diagnostics::default());
    }

    #[test]
    fn a_servers_folders_are_left_out_with_a_warning() {
        let environment = parsed("modulepath = $codedir/modules:site\n").unwrap();
        assert_eq!(environment.modulepath.unwrap(), [Path::new("site")]);
        let expected =
            "environment.conf:1:1: `$codedir/modules` is left out: only a Puppet server knows where that is";
        assert_eq!(environment.warnings.to_string(), expected);
    }

    #[test]
    fn mistakes_are_all_named() {
        let problems = parsed("modulepath\n\n  manifest = ../x\n").unwrap_err().to_string();
        let expected = "environment.conf:1:1: expected `name = value`, found `modulepath`\n\
                        environment.conf:3:3: the path `../x` leads out of the repository";
        assert_eq!(problems, expected);
    }

    #[test]
    fn the_moduledir_of_a_puppetfile() {
        let cases = [
            ("forge 'x'\nmoduledir 'thirdparty'\n", Some("thirdparty")),
            ("  moduledir(\"a/b\") # c\n", Some("a/b")),
            ("# moduledir 'x'\nmod 'a'\n", None),
            ("moduledir '../x'\n", None),
            ("moduledir x\n", None),
        ];
        for (text, expected) in cases {
            assert_eq!(puppetfile_moduledir(text).as_deref(), expected.map(Path::new), "{text}");
        }
    }
}
