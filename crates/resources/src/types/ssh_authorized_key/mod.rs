//! `ssh_authorized_key`: a line of the file that says whose keys open a user's account. The file is written with
//! the user's own rights.

mod lines;
mod writer;

pub(super) use lines::names;

use catalog::Value;
use system::accounts;

use self::lines::{name_the_nameless, parse, write};
use self::writer::{save, writer};
use super::records::{Format, Records};
use crate::engine::Context;
use crate::error::Failure;
use crate::provider::{Provider, State};
use crate::resource::Resource;
use crate::schema::{Attribute, ResourceType, matches};

const TYPES: &[(&str, &str)] = &[
    ("ssh-dss", "ssh-dss"),
    ("ssh-rsa", "ssh-rsa"),
    ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"),
    ("ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"),
    ("ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"),
    ("ssh-ed25519", "ssh-ed25519"),
    ("sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"),
    ("sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519@openssh.com"),
    ("ssh-rsa-cert-v01@openssh.com", "ssh-rsa-cert-v01@openssh.com"),
    ("ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519-cert-v01@openssh.com"),
    ("ssh-dss-cert-v01@openssh.com", "ssh-dss-cert-v01@openssh.com"),
    ("ecdsa-sha2-nistp256-cert-v01@openssh.com", "ecdsa-sha2-nistp256-cert-v01@openssh.com"),
    ("ecdsa-sha2-nistp384-cert-v01@openssh.com", "ecdsa-sha2-nistp384-cert-v01@openssh.com"),
    ("ecdsa-sha2-nistp521-cert-v01@openssh.com", "ecdsa-sha2-nistp521-cert-v01@openssh.com"),
    ("dsa", "ssh-dss"),
    ("ed25519", "ssh-ed25519"),
    ("rsa", "ssh-rsa"),
    ("ecdsa-sk", "sk-ecdsa-sha2-nistp256@openssh.com"),
    ("ed25519-sk", "sk-ssh-ed25519@openssh.com"),
];

/// The type.
pub static SSH_AUTHORIZED_KEY: ResourceType = ResourceType {
    autorequires: |resource, _| {
        resource.text("user").map(|user| ("user", user.to_owned())).into_iter().collect()
    },
    validate: |resource| {
        let somewhere = resource.should("target").is_some_and(|target| !target.is("absent"));
        if somewhere || resource.should("user").is_some() {
            Ok(Vec::new())
        } else {
            Err("Attribute 'user' or 'target' is mandatory".into())
        }
    },
    provider: || Box::new(AuthorizedKey(Records::new(&FORMAT))),
    ..ResourceType::new(
        "ssh_authorized_key",
        "Manages a key that opens a user's account.",
        &[
            Attribute::ensure_if_managed(),
            Attribute::property("type", "the kind of key").words(TYPES),
            Attribute::property("key", "the key").check(key),
            Attribute::property("user", "whose account it opens"),
            Attribute::property("target", "the file").default("absent").check(absent_or_text),
            Attribute::property("options", "what the key may do").all().default("absent").check(option),
            Attribute::parameter("name", "what is said of the key"),
            Attribute::boolean("drop_privileges", true, "whether the user's own rights are used"),
            Attribute::parameter("provider", "how it is managed"),
        ],
    )
};

static FORMAT: Format = Format {
    complete: name_the_nameless,
    place: target,
    save,
    ..Format::new("", &["type", "key", "options"], parse, write)
};

fn key(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    if text.contains(char::is_whitespace) {
        return Err(format!("Key must not contain whitespace: {text}"));
    }
    Ok(value.clone())
}

fn absent_or_text(value: &Value, _: &Resource) -> Result<Value, String> {
    Ok(if value.ruby_text() == "absent" { Value::absent() } else { value.clone() })
}

fn option(value: &Value, resource: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    if text != "absent" && !matches(r#"^[-a-z0-9A-Z_]+(?:=".*?")?$"#, &text) {
        let forms = "A single option must either be of the form 'option' or 'option=\"value\"'";
        let advice = "Multiple options must be provided as an array";
        return Err(format!("Option {text} is not valid. {forms}. {advice}"));
    }
    absent_or_text(value, resource)
}

/// The file that is said, else the one in the user's home; none if the user is not there yet.
fn target(resource: &Resource, context: &Context<'_>) -> Option<String> {
    match resource.should("target") {
        Some(target) if !target.is("absent") => Some(target.ruby_text()),
        _ => {
            let user = accounts::user_named(context.system, resource.text("user")?)?;
            Some(crate::paths::expand(&format!("{}/.ssh/authorized_keys", user.home)))
        }
    }
}

struct AuthorizedKey(Records);

impl Provider for AuthorizedKey {
    fn retrieve(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<State, Failure> {
        // From here on the file is known, or there is none to speak of.
        match target(resource, context) {
            Some(target) => resource.parameters.insert("target", Value::text(target)),
            None => resource.parameters.remove("target"),
        };
        self.0.retrieve(resource, context)
    }

    fn sync(
        &mut self,
        property: &'static str,
        resource: &mut Resource,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        self.0.sync(property, resource, context)
    }

    fn should_text(&self, property: &str, resource: &Resource, context: &Context<'_>) -> String {
        self.0.should_text(property, resource, context)
    }

    fn flush(&mut self, resource: &mut Resource, context: &mut Context<'_>) -> Result<(), Failure> {
        writer(resource, context)?;
        self.0.flush(resource, context)
    }
}
