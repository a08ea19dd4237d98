//! Whom a release must be signed by, and whether it is: OpenPGP certificates and clear-signed texts.
//!
//! The signature's arithmetic is only half of it. A key counts if, at the time of signing, it was bound to
//! its certificate by valid and unexpired self-signatures with today's hashes, was allowed to sign, and was
//! not revoked. No web of trust, no key servers: being in the keyring is the trust.

use std::fs;
use std::path::{Path, PathBuf};

use pgp::armor::BlockType;
use pgp::composed::{CleartextSignedMessage, Deserializable, SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{RevocationCode, Signature, SignatureType, UserId};
use pgp::types::{KeyDetails, Tag};

use crate::Error;

/// Where systems keep the keys of Debian's archives; each file has all current ones.
pub const WELL_KNOWN: [&str; 4] = [
    "/usr/share/keyrings/debian-archive-keyring.pgp",
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/etc/apt/trusted.gpg.d/debian-archive-keyring.gpg",
    "/etc/pki/debian-keyring/debian-archive-keyring.gpg",
];

/// How far a signer's clock may be ahead of ours, in seconds.
const CLOCK_SKEW: u64 = 24 * 3600;

const UNBOUND: &str = "the subkey is not bound to its key";

/// Certificates that are trusted.
#[derive(Clone, Debug, Default)]
pub struct Keyring {
    certificates: Vec<SignedPublicKey>,
}

/// Why a text does not count as signed: a line for each signature.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unverified(String);

impl Keyring {
    /// The certificates of all the files, each binary (`.gpg`, `.pgp`) or ASCII-armoured.
    ///
    /// # Errors
    /// [`Error::Keyring`] for a file that cannot be read or has no certificate, and for no file at all.
    pub fn load(paths: &[PathBuf]) -> Result<Self, Error> {
        let mut keyring = Self::default();
        for path in paths {
            let unusable = |reason: String| Error::Keyring { path: path.clone(), reason };
            let bytes = fs::read(path).map_err(|error| unusable(error.to_string()))?;
            keyring.certificates.extend(parse_certificates(&bytes).map_err(unusable)?);
        }
        match keyring.certificates.is_empty() {
            true => Err(Error::Keyring { path: WELL_KNOWN[0].into(), reason: "no keyring was given".into() }),
            false => Ok(keyring),
        }
    }

    /// The text of a clear-signed message, with plain line feeds, if at least one of its signatures is good
    /// at `now` (seconds since 1970). Signatures of unknown keys beside it do no harm.
    ///
    /// # Errors
    /// What is wrong with each signature, or with the message.
    pub fn verify(&self, message: &[u8], now: u64) -> Result<String, Unverified> {
        let (message, _headers) = CleartextSignedMessage::from_armor(message)
            .map_err(|error| Unverified(format!("it is no clear-signed message ({error})")))?;
        let text = message.signed_text();
        let mut reasons = Vec::new();
        for signature in message.signatures() {
            match self.verify_signature(signature, text.as_bytes(), now) {
                Ok(()) => return Ok(text.replace("\r\n", "\n")),
                Err(reason) => reasons.push(format!("{} ({reason})", issuer(signature))),
            }
        }
        Err(Unverified(match reasons.is_empty() {
            true => "it has no signature".to_owned(),
            false => reasons.join(", "),
        }))
    }

    fn verify_signature(&self, signature: &Signature, text: &[u8], now: u64) -> Result<(), String> {
        if !matches!(signature.typ(), Some(SignatureType::Text | SignatureType::Binary)) {
            return Err("not a signature of a text".to_owned());
        }
        let created = acceptable_at(signature, now.saturating_add(CLOCK_SKEW))?;
        if expires_before(signature, created, now) {
            return Err("the signature has expired".to_owned());
        }
        let mut reason = "unknown key".to_owned();
        for certificate in &self.certificates {
            let Some(key) = SigningKey::find(certificate, signature) else { continue };
            let verified = match key {
                SigningKey::Primary => signature.verify(&certificate.primary_key, text),
                SigningKey::Subkey(subkey) => signature.verify(&subkey.key, text),
            };
            let valid = verified
                .map_err(|_| "wrong signature".to_owned())
                .and_then(|()| key.check(certificate, created));
            match valid {
                Ok(()) => return Ok(()),
                Err(error) => reason = error,
            }
        }
        Err(reason)
    }
}

/// The keyrings of [`WELL_KNOWN`] that exist under `root` (`/` for this machine).
pub fn installed(root: &Path) -> Vec<PathBuf> {
    let paths = WELL_KNOWN.iter().map(|path| root.join(path.trim_start_matches('/')));
    paths.filter(|path| path.is_file()).collect()
}

/// The key of a certificate that a signature names as its maker.
#[derive(Clone, Copy)]
enum SigningKey<'a> {
    Primary,
    Subkey(&'a SignedPublicSubKey),
}

impl<'a> SigningKey<'a> {
    fn find(certificate: &'a SignedPublicKey, signature: &Signature) -> Option<Self> {
        let (ids, fingerprints) = (signature.issuer_key_id(), signature.issuer_fingerprint());
        let made_by = |key: &dyn KeyDetails| {
            fingerprints.contains(&&key.fingerprint())
                || fingerprints.is_empty() && ids.contains(&&key.legacy_key_id())
        };
        if made_by(&certificate.primary_key) {
            return Some(Self::Primary);
        }
        certificate.public_subkeys.iter().find(|subkey| made_by(&subkey.key)).map(Self::Subkey)
    }

    /// Whether the key was allowed to sign at `time`.
    fn check(self, certificate: &SignedPublicKey, time: u64) -> Result<(), String> {
        let primary = &certificate.primary_key;
        let own =
            newest_self_signature(certificate, time).ok_or("the certificate has no valid self-signature")?;
        check_lifetime(primary.created_at().as_secs().into(), own, time)?;
        let revocations = certificate.details.revocation_signatures.iter();
        if revocations
            .filter(|revocation| revocation.verify_key(primary).is_ok())
            .any(|r| is_revoked_by(r, time))
        {
            return Err("the key is revoked".to_owned());
        }
        let binding = match self {
            Self::Primary => own,
            Self::Subkey(subkey) => check_subkey(certificate, subkey, time)?,
        };
        if !binding.key_flags().sign() {
            return Err("the key is not for signing".to_owned());
        }
        match self {
            Self::Subkey(subkey) if !agrees(subkey, binding, certificate, time) => Err(UNBOUND.to_owned()),
            _ => Ok(()),
        }
    }
}

/// Whether a subkey belonged to its certificate at `time`; returns the signature that binds it.
fn check_subkey<'a>(
    certificate: &SignedPublicKey,
    subkey: &'a SignedPublicSubKey,
    time: u64,
) -> Result<&'a Signature, String> {
    let primary = &certificate.primary_key;
    let of_type = |wanted| {
        let signatures = subkey.signatures.iter().filter(move |signature| signature.typ() == Some(wanted));
        signatures.filter(|signature| signature.verify_subkey_binding(primary, &subkey.key).is_ok())
    };
    if of_type(SignatureType::SubkeyRevocation).any(|revocation| is_revoked_by(revocation, time)) {
        return Err("the subkey is revoked".to_owned());
    }
    let binding = newest(of_type(SignatureType::SubkeyBinding), time).ok_or(UNBOUND)?;
    check_lifetime(subkey.key.created_at().as_secs().into(), binding, time)?;
    Ok(binding)
}

/// Whether the subkey itself has signed that it belongs to this certificate: else it could be anybody's.
fn agrees(
    subkey: &SignedPublicSubKey,
    binding: &Signature,
    certificate: &SignedPublicKey,
    time: u64,
) -> bool {
    binding.embedded_signature().is_some_and(|signature| {
        acceptable_at(signature, time).is_ok()
            && signature.verify_primary_key_binding(&subkey.key, &certificate.primary_key).is_ok()
    })
}

/// The self-signature that says, at `time`, what the primary key is for and how long it lasts.
fn newest_self_signature(certificate: &SignedPublicKey, time: u64) -> Option<&Signature> {
    let (primary, details) = (&certificate.primary_key, &certificate.details);
    let direct = details.direct_signatures.iter().filter(|signature| {
        signature.typ() == Some(SignatureType::Key) && signature.verify_key(primary).is_ok()
    });
    let of_user = |id: &'_ UserId, signature: &Signature| {
        signature.verify_certification(primary, Tag::UserId, id).is_ok()
    };
    let users = details.users.iter().flat_map(|user| {
        let own = user.signatures.iter().filter(|signature| of_user(&user.id, signature));
        let (revocations, certifications): (Vec<_>, Vec<_>) =
            own.partition(|signature| signature.typ() == Some(SignatureType::CertRevocation));
        let revoked = revocations.iter().any(|revocation| is_revoked_by(revocation, time));
        certifications.into_iter().filter(move |_| !revoked)
    });
    newest(direct.chain(users), time)
}

/// The newest of the signatures that were made, and had not expired, by `time`.
fn newest<'a>(signatures: impl Iterator<Item = &'a Signature>, time: u64) -> Option<&'a Signature> {
    let valid = signatures.filter_map(|signature| {
        let created = acceptable_at(signature, time).ok()?;
        (!expires_before(signature, created, time)).then_some((created, signature))
    });
    valid.max_by_key(|(created, _)| *created).map(|(_, signature)| signature)
}

/// When a signature was made, in seconds since 1970, if that was not after `time` and its hash still counts.
fn acceptable_at(signature: &Signature, time: u64) -> Result<u64, String> {
    use HashAlgorithm::{Sha3_256, Sha3_512, Sha256, Sha384, Sha512};
    let created = signature.created().ok_or("the signature has no date")?.as_secs().into();
    match signature.hash_alg() {
        Some(Sha256 | Sha384 | Sha512 | Sha3_256 | Sha3_512) if created <= time => Ok(created),
        Some(Sha256 | Sha384 | Sha512 | Sha3_256 | Sha3_512) => Err("made in the future".to_owned()),
        Some(weak) => Err(format!("hash {weak} is too weak")),
        None => Err("unknown format".to_owned()),
    }
}

fn expires_before(signature: &Signature, created: u64, time: u64) -> bool {
    let lifetime = signature.signature_expiration_time().map_or(0, |lifetime| lifetime.as_secs());
    lifetime != 0 && created + u64::from(lifetime) <= time
}

/// Whether a key made at `created` was in use at `time`, as `binding` limits it.
fn check_lifetime(created: u64, binding: &Signature, time: u64) -> Result<(), String> {
    let lifetime = binding.key_expiration_time().map_or(0, |lifetime| lifetime.as_secs());
    if time < created {
        return Err("the key is younger than the signature".to_owned());
    }
    match lifetime != 0 && created + u64::from(lifetime) <= time {
        true => Err("the key had expired".to_owned()),
        false => Ok(()),
    }
}

/// A key that was replaced or retired was good until then; one revoked for any other reason never was.
fn is_revoked_by(revocation: &Signature, time: u64) -> bool {
    let gentle = matches!(
        revocation.revocation_reason_code(),
        Some(RevocationCode::KeySuperseded | RevocationCode::KeyRetired | RevocationCode::CertUserIdInvalid)
    );
    let created = revocation.created().map_or(0, |created| u64::from(created.as_secs()));
    !gentle || created <= time
}

/// The key a signature names, for people: the end of its fingerprint, or its id.
fn issuer(signature: &Signature) -> String {
    let fingerprint = signature.issuer_fingerprint().first().map(|fingerprint| format!("{fingerprint:X}"));
    let id = || signature.issuer_key_id().first().map(|id| id.to_string().to_uppercase());
    fingerprint.or_else(id).unwrap_or_else(|| "an unnamed key".to_owned())
}

fn parse_certificates(bytes: &[u8]) -> Result<Vec<SignedPublicKey>, String> {
    let unreadable = |error: pgp::errors::Error| error.to_string();
    let certificates: Vec<_> = if is_armoured(bytes) {
        let text = String::from_utf8_lossy(bytes);
        let begin = format!("-----BEGIN {}-----", BlockType::PublicKey);
        let mut certificates = Vec::new();
        // A file may hold several armoured blocks, with text between them.
        for block in text.split(&begin).skip(1) {
            let block = format!("{begin}{block}");
            let (parsed, _headers) = SignedPublicKey::from_string_many(&block).map_err(unreadable)?;
            certificates.extend(parsed);
        }
        certificates
    } else {
        SignedPublicKey::from_bytes_many(bytes).map_err(unreadable)?.collect()
    };
    // Certificates in formats unknown here may stand beside those that are needed.
    let mut failure = "there is no certificate in it".to_owned();
    let readable = certificates
        .into_iter()
        .filter_map(|certificate| certificate.map_err(|error| failure = error.to_string()).ok());
    let readable: Vec<_> = readable.collect();
    if readable.is_empty() { Err(failure) } else { Ok(readable) }
}

fn is_armoured(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"-----BEGIN PGP").is_some()
}

#[cfg(test)]
mod tests;
