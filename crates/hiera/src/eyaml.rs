//! Data that hiera-eyaml has encrypted: finds `ENC[...]` in texts. Opening it is the business of a
//! [`Decryptor`].
//!
//! [`Decryptor`]: crate::Decryptor

use std::rc::Rc;
use std::sync::Arc;

use values::{Map, Text, Value};

use crate::Hiera;
use crate::error::{Found, LookupError, Missing};
use crate::interpolation::Manner;
use crate::invocation::Invocation;
use crate::level::Level;
use crate::location::Location;
use crate::world::World;

impl Hiera {
    /// What `eyaml_lookup_key` gives for a key.
    pub(crate) fn value_of_eyaml(
        &self,
        level: &Level,
        location: Option<&Location>,
        key: &str,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Found<Value> {
        let Some(location) = location.filter(|location| !location.is_uri) else {
            let message = "'eyaml_lookup_key': one of 'path', 'paths' 'glob', 'globs' or 'mapped_paths' must \
                           be declared in hiera.yaml when using this lookup_key function";
            return Err(LookupError::argument(message).into());
        };
        let document = self.eyaml_document(&location.location, world)?;
        let value = document.value.as_hash().and_then(|entries| entries.get(&Text(key)));
        let value = value.ok_or(Missing::NotFound)?;
        let opener = Opener { hiera: self, options: &level.options, path: &location.location, key };
        Ok(opener.open(value, invocation, world)?)
    }
}

struct Opener<'a> {
    hiera: &'a Hiera,
    options: &'a Map,
    path: &'a str,
    key: &'a str,
}

impl Opener<'_> {
    fn open(
        &self,
        value: &Value,
        invocation: &Rc<Invocation>,
        world: &mut dyn World,
    ) -> Result<Value, LookupError> {
        match value {
            Value::String(text) => {
                let text = self.open_text(text)?;
                self.hiera.resolve(&Value::from(text), invocation, Manner::DATA, world)
            }
            Value::Array(elements) => {
                let opened: Result<Vec<Value>, _> =
                    elements.iter().map(|element| self.open(element, invocation, world)).collect();
                Ok(Value::array(opened?))
            }
            Value::Hash(entries) => {
                let mut opened = Map::default();
                for (key, value) in entries.iter() {
                    let key = self.hiera.resolve(key, invocation, Manner::DATA, world)?;
                    opened.insert(key, self.open(value, invocation, world)?);
                }
                Ok(Value::Hash(Arc::new(opened)))
            }
            other => Ok(other.clone()),
        }
    }

    fn open_text(&self, text: &str) -> Result<String, LookupError> {
        if !text.contains("ENC[") {
            return Ok(text.to_owned());
        }
        let mut opened = String::with_capacity(text.len());
        let (mut rest, mut any) = (text, false);
        while let Some((before, scheme, ciphertext, after)) = next_block(rest) {
            opened.push_str(before);
            opened.push_str(&self.decrypt(scheme, &ciphertext).map_err(|reason| self.error(text, &reason))?);
            (rest, any) = (after, true);
        }
        opened.push_str(rest);
        // Ruby's `chomp`.
        if any && opened.ends_with('\n') {
            opened.pop();
            if opened.ends_with('\r') {
                opened.pop();
            }
        }
        Ok(opened)
    }

    fn decrypt(&self, scheme: &str, ciphertext: &str) -> Result<String, String> {
        match self.hiera.decryptor() {
            Some(decryptor) => decryptor.decrypt(scheme, ciphertext, self.options),
            None => Err("nothing here can decrypt".to_owned()),
        }
    }

    fn error(&self, data: &str, reason: &str) -> LookupError {
        let (key, path) = (self.key, self.path);
        LookupError::lookup(format!(
            "hiera-eyaml backend error decrypting {data} when looking up {key} in {path}. Error was {reason}"
        ))
    }
}

/// The next `ENC[SCHEME,TEXT]`: what stands before it, the scheme (PKCS7 where none is written), the text
/// without blanks, and what stands behind it.
fn next_block(text: &str) -> Option<(&str, &str, String, &str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find("ENC[") {
        let start = from + at;
        let inner = &text[start + 4..];
        let close = inner.find(']')?;
        let content = &inner[..close];
        let (scheme, ciphertext) = match content.split_once(',') {
            Some((scheme, rest)) if !scheme.is_empty() && is_word(scheme) => (scheme, rest),
            _ => ("PKCS7", content),
        };
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | ' ' | '=' | '\n');
        if !ciphertext.is_empty() && ciphertext.chars().all(is_base64) {
            let ciphertext = ciphertext.replace([' ', '\n'], "");
            return Some((&text[..start], scheme, ciphertext, &inner[close + 1..]));
        }
        from = start + 4;
    }
    None
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
