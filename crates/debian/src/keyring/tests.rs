use pgp::packet::{Subpacket, SubpacketData};
use pgp::ser::Serialize;
use pgp::types::Duration;

use super::*;
use crate::testing::{KEY_AGE, Signer, made, message, now};

const TEXT: &str = "Suite: stable\n- dashes\n\n-- more\n";

fn keyring(signer: &Signer) -> Keyring {
    Keyring { certificates: vec![signer.certificate.clone()] }
}

/// What the keyring of a signer says to its own messages.
fn verdict(signer: &Signer, message: &[u8]) -> String {
    match keyring(signer).verify(message, now()) {
        Ok(text) => text,
        Err(error) => error.to_string().rsplit('(').next().unwrap().trim_end_matches(')').to_owned(),
    }
}

#[test]
fn good_signatures_by_primary_key_and_subkey() {
    let signer = Signer::new();
    assert_eq!(verdict(&signer, &signer.sign(TEXT)), TEXT);
    assert_eq!(verdict(&signer, &message(TEXT, vec![signer.by_primary(TEXT, |_| {})])), TEXT);
    let stranger = Signer::new();
    let both = message(TEXT, vec![stranger.by_subkey(TEXT, 0), signer.by_subkey(TEXT, 0)]);
    assert_eq!(verdict(&signer, &both), TEXT, "strangers beside a known key do no harm");
}

#[test]
fn what_is_not_signed() {
    let (signer, stranger) = (Signer::new(), Signer::new());
    let signed = signer.sign(TEXT);
    let altered = String::from_utf8(signed.clone()).unwrap().replace("stable", "sid");
    assert_eq!(verdict(&signer, altered.as_bytes()), "wrong signature");
    assert_eq!(verdict(&stranger, &signed), "unknown key");
    let fingerprint = format!("{:X}", signer.certificate.public_subkeys[0].fingerprint());
    let error = keyring(&stranger).verify(&signed, now()).unwrap_err().to_string();
    assert_eq!(error, format!("{fingerprint} (unknown key)"));
    let error = keyring(&signer).verify(&message(TEXT, vec![signer.by_subkey("other", 0)]), now());
    assert!(error.is_err());
    let no_message = keyring(&signer).verify(TEXT.as_bytes(), now()).unwrap_err().to_string();
    assert!(no_message.starts_with("it is no clear-signed message"), "{no_message}");
    let mut appended = signed;
    appended.extend_from_slice(b"SHA256: more\n");
    assert!(keyring(&signer).verify(&appended, now()).is_err());
    let mut prepended = b"Suite: sid\n".to_vec();
    prepended.extend(signer.sign(TEXT));
    assert!(keyring(&signer).verify(&prepended, now()).is_err());
}

#[test]
fn signatures_that_do_not_count() {
    let signer = Signer::new();
    let by = |change: &dyn Fn(&mut pgp::packet::SignatureConfig)| {
        verdict(&signer, &message(TEXT, vec![signer.by_primary(TEXT, |config| change(config))]))
    };
    let strong = signer.by_primary(TEXT, |_| {});
    let mut config = strong.config().unwrap().clone();
    config.hash_alg = HashAlgorithm::Sha1;
    let bytes = strong.signature().unwrap().clone();
    let weak = Signature::from_config(config, strong.signed_hash_value().unwrap(), bytes).unwrap();
    assert_eq!(verdict(&signer, &message(TEXT, vec![weak])), "hash SHA1 is too weak");
    let future =
        SubpacketData::SignatureCreationTime(pgp::types::Timestamp::from_secs(now() as u32 + 200_000));
    let future = Subpacket::regular(future).unwrap();
    assert_eq!(by(&|config| config.hashed_subpackets[0] = future.clone()), "made in the future");
    let early = by(&|config| config.hashed_subpackets[0] = made(KEY_AGE + 10));
    assert_eq!(early, "the certificate has no valid self-signature");
    let brief = SubpacketData::SignatureExpirationTime(Duration::from_secs(5));
    let expired = by(&|config| {
        config.hashed_subpackets[0] = made(10);
        config.hashed_subpackets.push(Subpacket::regular(brief.clone()).unwrap());
    });
    assert_eq!(expired, "the signature has expired");
    let authentication = message(TEXT, vec![signer.by_subkey(TEXT, 1)]);
    assert_eq!(verdict(&signer, &authentication), "the key is not for signing");
}

#[test]
fn keys_are_judged_at_the_time_of_signing() {
    // (lifetime of the key in seconds, age of the signature, verdict)
    let age = KEY_AGE as u32;
    for (lifetime, signed, expected) in
        [(0, 0, TEXT), (age + 100, 0, TEXT), (age - 100, 0, "the key had expired"), (age - 100, 200, TEXT)]
    {
        let mut signer = Signer::new();
        signer.certify(KEY_AGE - 10, lifetime, true);
        let signature = signer.by_primary(TEXT, |config| config.hashed_subpackets[0] = made(signed));
        assert_eq!(verdict(&signer, &message(TEXT, vec![signature])), expected, "{lifetime} {signed}");
    }
    let mut signer = Signer::new();
    signer.certify(KEY_AGE - 10, 0, false);
    let signature = signer.by_primary(TEXT, |_| {});
    assert_eq!(verdict(&signer, &message(TEXT, vec![signature])), "the key is not for signing");
}

#[test]
fn revoked_keys() {
    // (age of the revocation, its reason, age of the signature, verdict)
    for (revoked, reason, signed, expected) in [
        (100, RevocationCode::KeyRetired, 50, "the key is revoked"),
        (100, RevocationCode::KeyRetired, 150, TEXT),
        (100, RevocationCode::KeyCompromised, 150, "the key is revoked"),
        (100, RevocationCode::NoReason, 150, "the key is revoked"),
    ] {
        let mut signer = Signer::new();
        signer.certify(KEY_AGE - 10, 0, true);
        signer.revoke(revoked, reason);
        let signature = signer.by_primary(TEXT, |config| config.hashed_subpackets[0] = made(signed));
        assert_eq!(verdict(&signer, &message(TEXT, vec![signature])), expected, "{reason:?} {signed}");
    }
}

#[test]
fn keys_that_are_not_bound_to_their_certificate() {
    let (mut thief, victim) = (Signer::new(), Signer::new());
    // A stolen subkey, with the binding that its owner made.
    thief.certificate.public_subkeys = victim.certificate.public_subkeys.clone();
    let message = message(TEXT, vec![victim.by_subkey(TEXT, 0)]);
    assert_eq!(verdict(&thief, &message), "the subkey is not bound to its key");
    let mut orphan = Signer::new();
    orphan.certificate.details.users = victim.certificate.details.users.clone();
    let signed = orphan.sign(TEXT);
    assert_eq!(verdict(&orphan, &signed), "the certificate has no valid self-signature");
}

#[test]
fn keyrings_of_both_kinds_with_many_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let signers = [Signer::new(), Signer::new()];
    let binary: Vec<u8> = signers.iter().flat_map(|signer| signer.certificate.to_bytes().unwrap()).collect();
    let armoured: String = signers
        .iter()
        .map(|signer| signer.certificate.to_armored_string(pgp::composed::ArmorOptions::default()).unwrap())
        .collect::<Vec<_>>()
        .join("\nsome text\n");
    for (name, bytes) in [("keys.gpg", binary), ("keys.asc", armoured.into_bytes())] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let keyring = Keyring::load(&[path]).unwrap();
        for signer in &signers {
            assert_eq!(keyring.verify(&signer.sign(TEXT), now()).unwrap(), TEXT, "{name}");
        }
    }
    let nothing = folder.path().join("nothing");
    fs::write(&nothing, "nothing").unwrap();
    for paths in [vec![], vec![nothing], vec![folder.path().join("missing")]] {
        assert!(matches!(Keyring::load(&paths), Err(Error::Keyring { .. })), "{paths:?}");
    }
}

#[test]
fn well_known_keyrings_are_found_below_a_root() {
    let root = tempfile::tempdir().unwrap();
    assert!(installed(root.path()).is_empty());
    let path = root.path().join("usr/share/keyrings/debian-archive-keyring.gpg");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "").unwrap();
    assert_eq!(installed(root.path()), [path]);
}
