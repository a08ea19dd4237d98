//! Credential helpers: programs named `docker-credential-NAME` that are told a registry on standard input and
//! answer with a name and a secret.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::Credential;
use crate::{Error, Secret};

/// The user name that says that the secret is a refresh token.
const IDENTITY: &str = "<token>";

/// Helpers say that they know nothing with words of their own, by failing.
const NOTHING: [&str; 2] = ["credentials not found", "no credentials server url"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(default)]
    username: String,
    #[serde(default)]
    secret: String,
}

/// What a helper knows of a server.
pub(super) fn get(folders: &[PathBuf], helper: &str, server: &str) -> Result<Option<Credential>, Error> {
    let program = format!("docker-credential-{helper}");
    let failed = |reason: String| Error::Helper { program: program.clone(), reason };
    if helper.contains('/') {
        return Err(failed("a helper's name has no `/`".to_owned()));
    }
    let paths = folders.iter().map(|folder| folder.join(&program));
    let path = paths.into_iter().find(|path| path.is_file());
    let path = path.ok_or_else(|| failed("there is no such program in the search path".to_owned()))?;
    let spawned = Command::new(&path)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = spawned.map_err(|error| failed(error.to_string()))?;
    if let Some(mut stdin) = child.stdin.take() {
        // One that ends without listening says why on standard output.
        let _closed = stdin.write_all(server.as_bytes());
    }
    let output = child.wait_with_output().map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let nothing = NOTHING.iter().any(|known| words.to_lowercase().contains(known));
        let reason = crate::error::plain_words(&words);
        return if nothing { Ok(None) } else { Err(failed(format!("{}: {reason}", output.status))) };
    }
    // The answer holds a secret: nothing of it may get into the message.
    let answer: Answer = serde_json::from_slice(&output.stdout)
        .map_err(|_| failed("its answer is not the JSON that helpers give".to_owned()))?;
    Ok(match answer {
        Answer { username, secret } if username.is_empty() && secret.is_empty() => None,
        Answer { username, secret } if username == IDENTITY => {
            Some(Credential::Identity(Secret::new(secret)))
        }
        Answer { username, secret } => {
            Some(Credential::Password { user: username, password: Secret::new(secret) })
        }
    })
}
