//! As much of a systemd unit as starting its process takes: folders, environment, user, command.

use std::collections::BTreeMap;

/// Settings of the section `[Service]`, each with its values in order.
pub(super) struct Unit(BTreeMap<String, Vec<String>>);

impl Unit {
    /// Reads a unit's text. What is no setting of a service is passed over.
    pub(super) fn parse(text: &str) -> Self {
        let mut settings: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut in_service = false;
        for line in text.replace("\\\n", " ").lines().map(str::trim) {
            if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                in_service = section.0 == "Service";
            } else if in_service
                && !line.starts_with(['#', ';'])
                && let Some((name, value)) = line.split_once('=')
            {
                settings.entry(name.trim_end().to_owned()).or_default().push(value.trim_start().to_owned());
            }
        }
        Self(settings)
    }

    /// A shell script that prepares and starts the process in the background, and notes its number in a file.
    pub(super) fn script(&self, pid_file: &str) -> String {
        let mut lines = Vec::new();
        let (user, group) = (self.user(), self.last("Group").unwrap_or(self.user()));
        for folder in self.all("RuntimeDirectory").iter().flat_map(|value| value.split_whitespace()) {
            lines.push(format!("mkdir -p /run/{folder}"));
            lines.push(format!("chown {user}:{group} /run/{folder}"));
        }
        for file in self.all("EnvironmentFile") {
            let file = file.strip_prefix('-').unwrap_or(file);
            lines.push(format!("set -a; [ ! -e {file} ] || . {file}; set +a"));
        }
        lines.extend(self.all("Environment").iter().map(|assignment| format!("export {assignment}")));
        for line in self.all("ExecStartPre") {
            let forgiven = if line.starts_with('-') { " || true" } else { "" };
            lines.push(format!("{}{forgiven}", command(line)));
        }
        lines.push("set -e".to_owned());
        let line = command(self.last("ExecStart").unwrap_or_default());
        let rights = match user {
            "root" => String::new(),
            _ => format!("setpriv --reuid={user} --regid={group} --init-groups "),
        };
        lines.push(format!("nohup {rights}{line} </dev/null >/dev/null 2>&1 & echo $! > {pid_file}"));
        lines.join("\n")
    }

    fn user(&self) -> &str {
        self.last("User").unwrap_or("root")
    }

    fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    fn last(&self, name: &str) -> Option<&str> {
        self.all(name).last().map(String::as_str)
    }
}

/// systemd's own prefixes say how a failure counts; only `+` and `!` speak of the user.
fn command(line: &str) -> &str {
    line.trim_start_matches(['-', '@', ':', '+', '!', '|'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_becomes_a_script() {
        let unit = Unit::parse(
            "[Unit]\nUser=nobody\n[Service]\n# User=x\nUser=web\nRuntimeDirectory=web more\nEnvironment=A=b\n\
             EnvironmentFile=-/etc/default/web\nExecStartPre=-/bin/check \\\n -q\nExecStart=+/usr/bin/web --fast\n\
             [Install]\nWantedBy=x\n",
        );
        let expected = "mkdir -p /run/web\nchown web:web /run/web\nmkdir -p /run/more\nchown web:web /run/more\n\
            set -a; [ ! -e /etc/default/web ] || . /etc/default/web; set +a\nexport A=b\n/bin/check   -q || true\nset -e\n\
            nohup setpriv --reuid=web --regid=web --init-groups /usr/bin/web --fast </dev/null >/dev/null 2>&1 & \
            echo $! > /tmp/pid";
        assert_eq!(unit.script("/tmp/pid"), expected);
        let plain = Unit::parse("[Service]\nExecStart=/bin/x\n").script("/p");
        assert_eq!(plain, "set -e\nnohup /bin/x </dev/null >/dev/null 2>&1 & echo $! > /p");
    }
}
