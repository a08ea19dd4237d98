//! What the commands of a `RUN` are for: applying Puppet, cleaning up after it, or something that
//! Puppet code must say from now on.
//!
//! A rough reading of shell, good for the notes of `effigy init` and nothing else.

use super::words;

/// What a `RUN` comes to.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Reading {
    /// Whether it applies Puppet.
    pub applies_puppet: bool,
    /// Facts set for Puppet alone, `FACTER_role=web puppet apply ...`.
    pub facts: Vec<(String, String)>,
    /// What is not carried over and why.
    pub notes: Vec<String>,
}

/// Programs and packages that are only there to run Puppet.
const PUPPETS_OWN: &[&str] = &[
    "puppet",
    "puppet-agent",
    "puppet-common",
    "facter",
    "hiera",
    "r10k",
    "librarian-puppet",
    "hiera-eyaml",
];

/// Where Dockerfiles keep Puppet and its code.
const PUPPETS_FOLDERS: &[&str] =
    &["/puppet", "/etc/puppet", "/opt/puppet", "/hiera", "/modules", "/manifests", "/keys", "/Puppetfile"];

/// Where nothing is worth keeping.
const CACHES: &[&str] =
    &["/var/lib/apt/lists", "/var/cache", "/tmp", "/var/tmp", "/var/log", "/root/.gem", "/usr/share/doc"];

/// Reads the text of a `RUN`.
pub(super) fn read(text: &str) -> Reading {
    let mut reading = Reading::default();
    for command in commands(text) {
        read_command(&command, &mut reading);
    }
    reading
}

fn read_command(command: &str, reading: &mut Reading) {
    let words = words::words(command, &words::Variables::new());
    // A variable of the shell stands for itself here.
    let words: Vec<_> =
        words.into_iter().map(|word| word.unwrap_or_else(|name| format!("${name}"))).collect();
    let is_assignment = |word: &&String| word.split_once('=').is_some_and(|(name, _)| is_name(name));
    let assignments = words.iter().take_while(is_assignment).count();
    let (assignments, words) = words.split_at(assignments);
    let mut words =
        words.iter().map(String::as_str).skip_while(|word| matches!(*word, "sudo" | "exec" | "export"));
    let Some(program) = words.next() else { return };
    let arguments: Vec<_> = words.collect();
    let program = program.rsplit('/').next().unwrap_or(program);
    let verb = arguments.iter().copied().find(|word| !word.starts_with('-')).unwrap_or_default();
    match (program, verb) {
        ("puppet", "apply") => {
            reading.applies_puppet = true;
            let facts = assignments.iter().filter_map(|word| word.strip_prefix("FACTER_")?.split_once('='));
            reading.facts.extend(facts.map(|(name, value)| (name.to_lowercase(), value.to_owned())));
        }
        ("puppet", "agent") => {
            reading.applies_puppet = true;
            reading
                .notes
                .push("`puppet agent`: catalogs are compiled here, not by a Puppet server".to_owned());
        }
        ("puppet", "module") => {
            let module =
                arguments.iter().copied().filter(|word| !word.starts_with('-')).nth(2).unwrap_or("?");
            reading.notes.push(format!("the module `{module}`: name it in the Puppetfile"));
        }
        ("apt-get" | "apt" | "aptitude" | "yum" | "dnf", "install") => note_packages(&arguments, reading),
        ("gem", "install") if arguments.iter().any(|word| is_puppets_own(word)) => {}
        _ if is_for_puppet_alone(program, verb, &arguments) => {}
        _ => {
            let command = shortened(command);
            reading.notes.push(format!("`{command}`: say it in Puppet code, at worst as an `exec`"));
        }
    }
}

/// Cleaning up, and fetching what Puppet needs to run.
fn is_for_puppet_alone(program: &str, verb: &str, arguments: &[&str]) -> bool {
    let paths: Vec<_> = arguments.iter().copied().filter(|word| !word.starts_with('-')).collect();
    let all_under = |folders: &[&str]| {
        let is_under = |path: &&str| folders.iter().any(|folder| path.starts_with(folder));
        !paths.is_empty() && paths.iter().all(is_under)
    };
    match (program, verb) {
        ("true" | ":" | "set" | "librarian-puppet" | "r10k" | "cd", _) => true,
        (
            "apt-get" | "apt" | "yum" | "dnf",
            "clean" | "autoclean" | "autoremove" | "update" | "makecache",
        ) => true,
        ("apt-get" | "apt", "purge" | "remove") => paths.iter().skip(1).all(|word| is_puppets_own(word)),
        ("rm", _) => all_under(&[PUPPETS_FOLDERS, CACHES].concat()),
        ("mkdir" | "ln" | "cp" | "mv" | "chmod" | "chown", _) => all_under(PUPPETS_FOLDERS),
        ("wget" | "curl" | "dpkg" | "rpm", _) => arguments.iter().any(|word| word.contains("puppet")),
        _ => false,
    }
}

fn note_packages(arguments: &[&str], reading: &mut Reading) {
    let words = arguments.iter().filter(|word| !word.starts_with('-')).skip(1);
    let packages: Vec<_> =
        words.filter(|word| !is_puppets_own(word)).map(|word| format!("`{word}`")).collect();
    if !packages.is_empty() {
        reading.notes.push(format!(
            "the packages {}: those that the image needs belong in Puppet code or under `packages` of a base",
            packages.join(", ")
        ));
    }
}

fn is_puppets_own(word: &str) -> bool {
    let name = word.split(['=', ':']).next().unwrap_or(word);
    PUPPETS_OWN.contains(&name) || name.starts_with("ruby")
}

/// The simple commands of a script: split at `&&`, `||`, `|`, `;` and line ends outside of quotes.
fn commands(text: &str) -> Vec<String> {
    let mut commands = vec![String::new()];
    let (mut quote, mut escaped) = (None, false);
    for c in text.chars() {
        let ends = quote.is_none() && !escaped && matches!(c, '&' | '|' | ';' | '\n');
        match quote {
            _ if escaped => escaped = false,
            Some('\'') if c != '\'' => {}
            _ if c == '\\' => escaped = true,
            None if c == '\'' || c == '"' => quote = Some(c),
            Some(open) if c == open => quote = None,
            _ => {}
        }
        match commands.last_mut() {
            Some(command) if !ends => command.push(c),
            _ => commands.push(String::new()),
        }
    }
    let commands =
        commands.into_iter().map(|command| command.split_whitespace().collect::<Vec<_>>().join(" "));
    commands.filter(|command| !command.is_empty() && !command.starts_with(['#', '<'])).collect()
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn shortened(command: &str) -> String {
    if command.chars().count() <= 60 {
        return command.to_owned();
    }
    command.chars().take(57).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn puppet_and_cleaning_up_need_no_note() {
        for text in [
            "puppet apply --modulepath /puppet/modules /puppet/default.pp && rm -rf /puppet",
            "apt-get -y clean && rm -rf /puppet && rm -rf /var/lib/apt/lists/*",
            "apt-get update -q && apt-get install --no-install-recommends -y puppet ruby-dev; mkdir /puppet",
            "gem install hiera-eyaml --no-ri --no-rdoc",
            "wget http://apt.example.org/puppetlabs-release.deb && dpkg -i puppetlabs-release.deb",
            "librarian-puppet install\nset -e",
            "",
        ] {
            assert_eq!(read(text).notes, Vec::<String>::new(), "{text}");
        }
        assert!(read("cd /puppet; FACTER_Role='web server' LANG=C sudo puppet apply x").applies_puppet);
        let facts = read("FACTER_Role='web server' LANG=C /usr/bin/puppet apply x").facts;
        assert_eq!(facts, [("role".to_owned(), "web server".to_owned())]);
    }

    #[test]
    fn the_rest_is_noted() {
        let cases = [
            ("locale-gen 'a && b'", "`locale-gen 'a && b'`: say it in Puppet code, at worst as an `exec`"),
            (
                "rm -rf /etc/nginx /tmp/x",
                "`rm -rf /etc/nginx /tmp/x`: say it in Puppet code, at worst as an `exec`",
            ),
            (
                "puppet module install puppetlabs-ntp",
                "the module `puppetlabs-ntp`: name it in the Puppetfile",
            ),
            (
                "apt-get update && apt-get install -y curl puppet supervisor",
                "the packages `curl`, `supervisor`: those that the image needs belong in Puppet code or \
                 under `packages` of a base",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).notes, [expected], "{text}");
        }
    }
}
